//! `POST /vonage/token`: keys of an application, signed with RS256.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use roomkey_claims::Timestamp;
use roomkey_tests::judges::Judge;
use roomkey_tests::opentok::{decode_vonage, project_of};
use roomkey_tests::vendor::Failure;
use roomkey_tests::{Answer, Client, Desk, Kind, Log, Vendor};
use serde_json::{Value, json};

use crate::vendors::{ask, inspect, on_vendor, room, vonage};

on_both! {
    a_key_says_who_may_do_what_until_when_and_nothing_personal,
    the_first_who_joins_has_the_session_made_with_a_jwt_of_the_application,
    a_provider_that_refuses_or_hangs_leaves_no_key_behind,
    no_key_lives_longer_than_a_day,
    tokens_of_the_sdk_are_read_and_ours_have_their_shape,
}

fn key(client: &Client, room: &str) -> anyhow::Result<Answer> {
    client.post("/vonage/token", &json!({ "roomId": room }))
}

fn a_key_says_who_may_do_what_until_when_and_nothing_personal(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, vonage, |server, vendor| {
        let known = vendor.credentials();
        let bob = server.user("bob")?;
        for (role, word) in [
            ("subscriber", "subscriber"),
            ("publisher", "publisher"),
            ("publisher_only", "publisheronly"),
            ("moderator", "moderator"),
        ] {
            server.run(&["member", "add", "talk-1", "bob", "--role", role, "--event", "night"])?;
            let body = json!({ "roomId": "talk-1", "eventId": "night", "ttlSeconds": 600 });
            let answer = bob.post("/vonage/token", &body)?.is(200)?;
            let token = decode_vonage(&answer.text_at("/token")?, &known.public_key)?;
            let body = answer.json()?;
            assert_eq!(
                (token.role.as_str(), token.scope.as_deref()),
                (word, Some("session.connect"))
            );
            assert_eq!(
                (&body["applicationId"], &body["sessionId"]),
                (&json!(token.project), &json!(token.session))
            );
            assert_eq!(token.project, known.application);
            assert_eq!(project_of(&token.session)?, known.application);
            assert_eq!(token.data, Some(answer.text_at("/issuanceId")?));
            assert_eq!(token.claims["jti"], body["issuanceId"]);
            let expiry = token.expires.context("always with an expiry")?;
            assert_eq!(expiry, token.issued + 600);
            assert_eq!(Timestamp::parse(&answer.text_at("/expiresAt")?)?.as_seconds(), expiry);
            for wrong in ["iss", "ist", "nonce", "subject", "name"] {
                assert!(!token.claims.contains_key(wrong), "{wrong}");
            }
            let all = serde_json::to_string(&token.claims)?;
            assert!(!all.contains("bob") && !all.contains("user-"), "{all}");
        }
        let neutral = bob.post("/v1/tokens", &json!({ "roomId": "talk-1", "eventId": "night" }))?;
        assert_eq!(neutral.is(200)?.text_at("/provider")?, "vonage");
        Ok(())
    })
}

fn the_first_who_joins_has_the_session_made_with_a_jwt_of_the_application(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, vonage, |server, vendor| {
        let ada = server.user("ada")?;
        let session = key(&ada, "talk-1")?.is(200)?.text_at("/sessionId")?;
        assert_eq!(key(&ada, "talk-1")?.is(200)?.text_at("/sessionId")?, session);
        let requests = vendor.requests();
        let [call] = requests.as_slice() else { anyhow::bail!("one call: {requests:?}") };
        assert!(call.headers["authorization"].starts_with("Bearer "));
        assert!(!call.headers.contains_key("x-opentok-auth"));
        let names: BTreeSet<&str> =
            call.claims.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, BTreeSet::from(["application_id", "iat", "exp", "jti"]));
        let claims = &call.claims;
        assert_eq!(claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0), 180);
        let log = Log::export(server)?;
        let called = log.last("provider.called")?;
        assert_eq!((&called["profile"], &called["exp"]), (&json!("talk"), &claims["exp"]));
        server.run(&["meeting", "start", "talk-1"])?;
        assert_ne!(key(&ada, "talk-1")?.is(200)?.text_at("/sessionId")?, session);
        Ok(())
    })
}

fn a_provider_that_refuses_or_hangs_leaves_no_key_behind(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, vonage, |server, vendor| {
        let ada = server.user("ada")?;
        let foreign = "1_MX4xMjM0NTZ-fjE3MDAwMDAwMDAwMDB-YWJjREVGMDEyMzQ1Njc4OWFiY0RFRjAxfn4";
        for (number, failure, times, status, code) in [
            (2, Failure::Status(403), 1, 502, "provider-refused"),
            (3, Failure::ForeignSession(foreign.into()), 1, 502, "provider-refused"),
            (4, Failure::Close, 2, 503, "provider-unavailable"),
        ] {
            let name = format!("talk-{number}");
            room(server, &name, "talk", &[])?;
            vendor.fail(&failure, times);
            key(&ada, &name)?.is_problem(status, code)?;
        }
        assert!(Log::export(server)?.issuances().is_empty());
        key(&server.user("bob")?, "talk-1")?.is_problem(403, "not-allowed")?;
        assert_eq!(vendor.requests().len(), 4);
        key(&ada, "talk-1")?.is(200)?;
        Ok(())
    })
}

fn no_key_lives_longer_than_a_day(kind: Kind) -> anyhow::Result<()> {
    let settings = |desk: &Desk, vendor: &Vendor| {
        desk.set("lifetime", "max_seconds", "86400")?;
        vonage(desk, vendor)
    };
    on_vendor(kind, settings, |server, vendor| {
        let ada = server.user("ada")?;
        let ask = |seconds: i64| {
            ada.post("/vonage/token", &json!({ "roomId": "talk-1", "ttlSeconds": seconds }))
        };
        ask(86_401)?.is_problem(422, "lifetime-out-of-bounds")?;
        let answer = ask(86_400)?.is(200)?;
        let known = vendor.credentials();
        let token = decode_vonage(&answer.text_at("/token")?, &known.public_key)?;
        assert_eq!(token.expires, Some(token.issued + 86_400));
        server.set("lifetime", "max_seconds", "86401")?;
        server.try_run(&["config", "check"], "")?.failed(1, "that vonage knows")?;
        server.set("lifetime", "max_seconds", "86400")
    })
}

/// The names of claims with the kinds of their values.
fn shape(claims: &serde_json::Map<String, Value>) -> BTreeMap<&str, &'static str> {
    let kind = |value: &Value| match value {
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Object(_) => "object",
        _ => "other",
    };
    claims.iter().map(|(name, value)| (name.as_str(), kind(value))).collect()
}

fn tokens_of_the_sdk_are_read_and_ours_have_their_shape(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_vendor(kind, vonage, |server, vendor| {
        let known = vendor.credentials();
        let answer = key(&server.user("ada")?, "talk-1")?.is(200)?;
        let (token, session) = (answer.text_at("/token")?, answer.text_at("/sessionId")?);
        let (status, read) = inspect(server, &token)?;
        assert_eq!(
            (status, &read["verified"], &read["provider"]),
            (0, &json!(true), &json!("vonage")),
            "{read}"
        );
        assert_eq!((&read["room"], &read["profile"]), (&json!(session), &json!("talk")));
        assert_eq!(read["issuanceId"], answer.json()?["issuanceId"]);
        let traced = server.run_with(&["audit", "trace", "--json"], &token)?.json()?;
        assert!(traced.to_string().contains(&answer.text_at("/issuanceId")?), "{traced}");
        let made = ask(
            &judge,
            "vonage.mjs",
            &json!({
                "do": "generateClientToken", "application": known.application, "privateKey": known.private_key,
                "sessionId": session, "options": { "role": "moderator", "data": "uid=42" },
            }),
        )?;
        let made = made["token"].as_str().with_context(|| made.to_string())?;
        let (status, read) = inspect(server, made)?;
        assert_eq!((status, &read["verified"]), (0, &json!(true)), "{read}");
        assert_eq!(
            (&read["room"], &read["permissions"]["moderate"]),
            (&json!(session), &json!(true))
        );
        let ours = decode_vonage(&token, &known.public_key)?.claims;
        let theirs = decode_vonage(made, &known.public_key)?.claims;
        let (ours, mut theirs) = (shape(&ours), shape(&theirs));
        theirs.remove("initial_layout_class_list");
        assert_eq!(ours, theirs);
        // Somebody else's application: read, and not believed.
        let altered =
            roomkey_tests::token::alter(made, |claims| claims["role"] = "publisher".into())?;
        assert_eq!(inspect(server, &altered)?.0, 1);
        Ok(())
    })
}
