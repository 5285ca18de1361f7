//! `POST /livekit/token` and `POST /v1/tokens`: who gets a key, what it says, what the log says of it.

use std::collections::BTreeSet;

use anyhow::Context;
use roomkey_claims::Timestamp;
use roomkey_tests::scene::on;
use roomkey_tests::{Answer, Kind, Log, Server, token};
use serde_json::{Value, json};

on_both! {
    a_member_gets_a_key_and_the_log_says_the_same,
    the_neutral_path_gives_the_same_key_and_names_the_provider,
    scene_and_event_stand_in_the_key_and_in_the_entry,
    everybody_who_may_not_enter_gets_one_answer_and_the_entry_the_reason,
    an_open_room_lets_anybody_in_with_explicit_permissions,
    credentials_that_are_missing_or_bad_are_401_with_a_challenge,
    identities_are_stable_and_keys_are_not,
}

/// The claims of the key in an answer, its signature checked.
pub(crate) fn claims(server: &Server, answer: &Answer) -> anyhow::Result<Value> {
    token::decode(&answer.text_at("/token")?, server.secret())
}

fn a_member_gets_a_key_and_the_log_says_the_same(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let answer = server.user("ada")?.key("stage-1")?.is(200)?;
        let body = answer.json()?;
        let claims = claims(server, &answer)?;
        let subject = body["identity"].as_str().context("an identity")?.to_owned();
        assert_eq!(claims["iss"], "APIstage");
        assert_eq!(claims["sub"], subject);
        assert_eq!(claims["jti"], body["issuanceId"]);
        assert_eq!(claims["nbf"], claims["iat"]);
        assert_eq!(claims.get("aud"), None, "two of LiveKit's SDKs refuse an audience");
        assert_eq!(claims.get("name"), None, "nothing personal");
        assert_eq!(
            claims["video"],
            json!({
                "room": "stage-1", "roomJoin": true,
                "canPublish": true, "canSubscribe": true, "canPublishData": true,
                "canUpdateOwnMetadata": false, "hidden": false, "roomAdmin": false,
                "roomCreate": false, "roomList": false, "roomRecord": false, "ingressAdmin": false,
            })
        );
        let metadata: Value = serde_json::from_str(claims["metadata"].as_str().context("a text")?)?;
        assert_eq!(metadata, json!({ "sceneId": null, "eventId": null, "roles": ["publisher"] }));
        assert_eq!(
            (&body["room"], &body["serverUrl"]),
            (&json!("stage-1"), &json!("wss://rtc.example.org"))
        );
        assert_eq!(answer.header("cache-control"), "no-store");

        let second = |name: &str| -> anyhow::Result<i64> {
            Ok(Timestamp::parse(body[name].as_str().context("a time")?)?.as_seconds())
        };
        let (expiry, start) =
            (claims["exp"].as_i64().unwrap_or(0), claims["nbf"].as_i64().unwrap_or(0));
        assert_eq!((second("expiresAt")?, expiry - start), (expiry, 300));
        assert_eq!(expiry - second("renewAfter")?, 60);

        let log = Log::export(server)?;
        let line = log.issuance(&answer.text_at("/issuanceId")?).context("no entry")?;
        let entry = &line.entry;
        assert_eq!(entry["k"], "token.issued");
        assert_eq!(subject, format!("user-{}", entry["subject"].as_str().unwrap_or_default()));
        assert_eq!((&entry["nbf"], &entry["exp"]), (&claims["nbf"], &claims["exp"]));
        assert_eq!(
            (&entry["room"], &entry["provider_room"]),
            (&json!("stage-1"), &json!("stage-1"))
        );
        assert_eq!((&entry["key"], &entry["provider"]), (&json!("APIstage"), &json!("livekit")));
        assert_eq!(entry["fp"], token::fingerprint(&answer.text_at("/token")?)?);
        assert_eq!(entry["req"], answer.header("x-request-id"));
        Ok(())
    })
}

fn the_neutral_path_gives_the_same_key_and_names_the_provider(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let neutral = ada.post("/v1/tokens", &json!({ "roomId": "stage-1" }))?.is(200)?;
        assert_eq!(neutral.json()?["provider"], "livekit");
        let (mut one, mut other) =
            (claims(server, &neutral)?, claims(server, &ada.key("stage-1")?)?);
        for changing in ["jti", "iat", "nbf", "exp"] {
            (one[changing], other[changing]) = (Value::Null, Value::Null);
        }
        assert_eq!(one, other);
        Ok(())
    })
}

fn scene_and_event_stand_in_the_key_and_in_the_entry(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let body = json!({ "roomId": "stage-1", "sceneId": "act:2", "eventId": "night_3" });
        let answer = server.user("ada")?.post("/livekit/token", &body)?.is(200)?;
        let claims = claims(server, &answer)?;
        let metadata: Value = serde_json::from_str(claims["metadata"].as_str().context("a text")?)?;
        assert_eq!(
            (&metadata["sceneId"], &metadata["eventId"]),
            (&json!("act:2"), &json!("night_3"))
        );
        let log = Log::export(server)?;
        let entry = log.last("token.issued")?;
        assert_eq!((&entry["scene"], &entry["event"]), (&json!("act:2"), &json!("night_3")));
        Ok(())
    })
}

fn everybody_who_may_not_enter_gets_one_answer_and_the_entry_the_reason(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["room", "add", "closed-1", "--provider", "stage"])?;
        server.run(&["member", "add", "closed-1", "ada", "--role", "publisher"])?;
        server.run(&["room", "close", "closed-1"])?;
        let denials = [
            ("bob", "stage-1", "not_a_member"),
            ("bob", "no-such-room", "room_unknown"),
            ("ada", "closed-1", "room_closed"),
            ("audrey", "stage-1", "desk_role"),
            ("audrey", "lobby", "desk_role"),
        ];
        let mut bodies = BTreeSet::new();
        for (username, room, reason) in denials {
            let answer = server.user(username)?.key(room)?.is_problem(403, "not-allowed")?;
            let mut body = answer.json()?;
            body["requestId"] = Value::Null;
            bodies.insert(body.to_string());
            let log = Log::export(server)?;
            let entry = log.last("token.denied")?;
            assert_eq!((&entry["reason"], &entry["room"]), (&json!(reason), &json!(room)));
            assert_eq!(entry["req"], answer.header("x-request-id"));
        }
        assert_eq!(bodies.len(), 1, "the answers differ: {bodies:?}");
        Ok(())
    })
}

fn an_open_room_lets_anybody_in_with_explicit_permissions(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let answer = server.user("bob")?.key("lobby")?.is(200)?;
        let video = claims(server, &answer)?["video"].clone();
        assert_eq!(video["canSubscribe"], true);
        assert_eq!(video["canPublish"], false, "omitted would mean granted");
        assert_eq!(video["canPublishData"], false, "omitted would mean granted");
        Ok(())
    })
}

fn credentials_that_are_missing_or_bad_are_401_with_a_challenge(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let before = Log::export(server)?.lines().len();
        let answer = server.anonymous().key("stage-1")?.is_problem(401, "unauthenticated")?;
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{:?}", answer.headers);
        assert!(!answer.header("www-authenticate").contains("error="), "RFC 6750 section 3.1");
        for bearer in ["rks_nonsense", "x", "", "a.b.c", &format!("rks_{}", "A".repeat(5000))] {
            let answer = server.anonymous().with_bearer(bearer).key("stage-1")?.is(401)?;
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{bearer}");
        }
        let key = server.user("ada")?.key("stage-1")?.text_at("/token")?;
        server.anonymous().with_bearer(&key).key("stage-1")?.is(401)?;
        let basic = server.anonymous();
        let basic =
            basic.request("POST", "/livekit/token").header("Authorization", "Basic YWRhOng=");
        basic.json(&json!({ "roomId": "stage-1" })).send()?.is(401)?;
        let query = format!("/livekit/token?access_token={}", server.user("ada")?.bearer());
        let in_query = server.anonymous().post(&query, &json!({ "roomId": "stage-1" }))?;
        in_query.is_problem(400, "malformed-query")?;
        let log = Log::export(server)?;
        // Nothing but the export before, the login and the one key.
        assert_eq!(
            log.lines().len() - before,
            3,
            "a refusal without an actor is a metric, not an entry"
        );
        Ok(())
    })
}

fn identities_are_stable_and_keys_are_not(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let (mut tokens, mut ids, mut identities) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for _ in 0..20 {
            let answer = ada.key("stage-1")?.is(200)?;
            tokens.insert(answer.text_at("/token")?);
            ids.insert(answer.text_at("/issuanceId")?);
            identities.insert(answer.text_at("/identity")?);
        }
        assert_eq!((tokens.len(), ids.len(), identities.len()), (20, 20, 1));
        assert_ne!(
            server.user("bob")?.key("lobby")?.text_at("/identity")?,
            *identities.first().context("one")?
        );
        Ok(())
    })
}
