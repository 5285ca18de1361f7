//! One test for each requirement of the source documents that this version answers, named after it.

mod vendors;

use std::fs;

use anyhow::Context;
use roomkey_claims::{Clock, SystemClock, Timestamp};
use roomkey_tests::scene::{desk, on, on_with};
use roomkey_tests::{Client, Kind, Log, token};
use serde_json::{Value, json};

use crate::issue::claims;

on_both! {
    livekit_endpoint_takes_room_scene_event_and_answers_token_and_expiry,
    livekit_token_decodes_to_the_expected_room_and_identity,
    livekit_caller_is_authenticated_and_access_may_differ_by_scene_and_event,
    livekit_identity_is_user_uuid_and_metadata_holds_scene_event_roles_and_a_did_where_wanted,
    livekit_expiry_is_five_minutes_configurable_and_within_enforced_bounds,
    livekit_issuance_is_logged_with_scene_event_and_user_and_never_the_token,
    livekit_an_unauthorized_user_is_403_and_a_missing_header_401,
    livekit_room_id_is_checked_against_an_allowed_pattern,
    opentok_guide_the_secret_reaches_no_client,
    opentok_guide_the_token_server_sits_behind_an_authenticated_endpoint,
    opentok_guide_token_data_holds_nothing_personal,
    opentok_guide_a_later_meeting_is_closed_to_earlier_keys,
    deployment_guide_metrics_are_on_a_port_of_their_own_on_loopback,
    deployment_guide_only_origins_of_the_list_are_served_and_echoed,
}

fn livekit_endpoint_takes_room_scene_event_and_answers_token_and_expiry(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        for body in [
            json!({ "roomId": "stage-1" }),
            json!({ "roomId": "stage-1", "sceneId": "s", "eventId": "e" }),
        ] {
            let answer = ada.post("/livekit/token", &body)?.is(200)?;
            let expiry = Timestamp::parse(&answer.text_at("/expiresAt")?)?;
            assert_eq!(claims(server, &answer)?["exp"], expiry.as_seconds());
        }
        Ok(())
    })
}

fn livekit_token_decodes_to_the_expected_room_and_identity(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        // The expectation comes from another path, not from the answer that carried the token.
        let subject = server.admin()?.get("/v1/users/ada")?.is(200)?.text_at("/subject")?;
        let identity = format!("user-{subject}");
        let answer = server.user("ada")?.key("stage-1")?.is(200)?;
        let claims = claims(server, &answer)?;
        assert_eq!(
            (&claims["video"]["room"], &claims["sub"]),
            (&json!("stage-1"), &json!(identity))
        );
        assert_eq!(
            (answer.text_at("/room")?, answer.text_at("/identity")?),
            ("stage-1".to_owned(), identity)
        );
        Ok(())
    })
}

fn livekit_caller_is_authenticated_and_access_may_differ_by_scene_and_event(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&[
            "member",
            "add",
            "stage-1",
            "bob",
            "--role",
            "subscriber",
            "--scene",
            "balcony",
        ])?;
        let (bob, anonymous) = (server.user("bob")?, server.anonymous());
        let in_scene = json!({ "roomId": "stage-1", "sceneId": "balcony" });
        anonymous.post("/livekit/token", &in_scene)?.is(401)?;
        bob.post("/livekit/token", &in_scene)?.is(200)?;
        bob.post("/livekit/token", &json!({ "roomId": "stage-1", "sceneId": "pit" }))?.is(403)?;
        bob.key("stage-1")?.is(403)?;
        Ok(())
    })
}

fn livekit_identity_is_user_uuid_and_metadata_holds_scene_event_roles_and_a_did_where_wanted(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let root = server.admin()?;
        let password = server.password("dora");
        let dora = json!({ "username": "dora", "password": password, "did": "did:example:dora" });
        root.post("/v1/users", &dora)?.is(201)?;
        server.run(&[
            "room",
            "add",
            "plain",
            "--provider",
            "stage",
            "--open",
            "--role",
            "publisher",
        ])?;
        server.run(&[
            "room",
            "add",
            "signed",
            "--provider",
            "stage",
            "--open",
            "--role",
            "publisher",
            "--with-did",
        ])?;
        let metadata = |room: &str| -> anyhow::Result<Value> {
            let body = json!({ "roomId": room, "sceneId": "s", "eventId": "e" });
            let claims =
                claims(server, &server.user("dora")?.post("/livekit/token", &body)?.is(200)?)?;
            let identity = claims["sub"].as_str().unwrap_or_default().to_owned();
            assert!(
                identity.strip_prefix("user-").is_some_and(|uuid| uuid.len() == 36),
                "{identity}"
            );
            Ok(serde_json::from_str(claims["metadata"].as_str().unwrap_or_default())?)
        };
        let plain = json!({ "sceneId": "s", "eventId": "e", "roles": ["publisher"] });
        assert_eq!(metadata("plain")?, plain);
        assert_eq!(metadata("signed")?["did"], "did:example:dora");
        Ok(())
    })
}

fn livekit_expiry_is_five_minutes_configurable_and_within_enforced_bounds(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let now = SystemClock.now().as_seconds();
        let answer = server.user("ada")?.key("stage-1")?.is(200)?;
        let expiry = Timestamp::parse(&answer.text_at("/expiresAt")?)?.as_seconds();
        assert!((299..=302).contains(&(expiry - now)), "{}", expiry - now);
        Ok(())
    })?;
    on_with(
        kind,
        |desk| desk.set("lifetime", "default_seconds", "600"),
        |server| {
            let now = SystemClock.now().as_seconds();
            let answer = server.user("ada")?.key("stage-1")?.is(200)?;
            let expiry = Timestamp::parse(&answer.text_at("/expiresAt")?)?.as_seconds();
            assert!((599..=602).contains(&(expiry - now)), "{}", expiry - now);
            server
                .user("ada")?
                .post("/livekit/token", &json!({ "roomId": "stage-1", "ttlSeconds": 7200 }))?
                .is(422)?;
            Ok(())
        },
    )
}

fn livekit_issuance_is_logged_with_scene_event_and_user_and_never_the_token(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let body = json!({ "roomId": "stage-1", "sceneId": "s", "eventId": "e" });
        let answer = server.user("ada")?.post("/livekit/token", &body)?.is(200)?;
        let query =
            server.json(&["audit", "query", "--user", "ada", "--outcome", "issued"])?.to_string();
        assert!(query.contains(&answer.text_at("/issuanceId")?), "{query}");
        let log = Log::export(server)?;
        let entry = log.last("token.issued")?;
        assert_eq!((&entry["scene"], &entry["event"]), (&json!("s"), &json!("e")));
        assert!(
            answer.text_at("/identity")?.ends_with(entry["subject"].as_str().context("a user")?)
        );
        let key = answer.text_at("/token")?;
        for part in key.split('.').skip(1) {
            assert!(log.lines().iter().all(|line| !line.entry.to_string().contains(part)));
            assert!(!server.said()?.contains(part));
        }
        Ok(())
    })
}

fn livekit_an_unauthorized_user_is_403_and_a_missing_header_401(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.user("bob")?.key("stage-1")?.is_problem(403, "not-allowed")?;
        let answer = server.anonymous().key("stage-1")?.is_problem(401, "unauthenticated")?;
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        Ok(())
    })
}

fn livekit_room_id_is_checked_against_an_allowed_pattern(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for bad in ["stage 1", "*", "../stage-1", "stage-1;", "ünïcode"] {
            server.user("ada")?.key(bad)?.is_problem(422, "invalid-value")?;
        }
        Ok(())
    })
}

#[test]
fn livekit_an_expired_or_senseless_configuration_is_a_clear_error() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    desk.set("lifetime", "min_seconds", "600")?;
    desk.set("lifetime", "max_seconds", "60")?;
    desk.try_run(&["serve"], "")?.failed(1, "minimum")?;
    Ok(())
}

fn opentok_guide_the_secret_reaches_no_client(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let answer = server.user("ada")?.key("stage-1")?.is(200)?;
        let claims = claims(server, &answer)?;
        assert!(
            !answer.text().contains(server.secret())
                && !claims.to_string().contains(server.secret())
        );
        let public = server.anonymous().get("/openapi.json")?.text();
        assert!(!public.contains(server.secret()));
        Ok(())
    })
}

fn opentok_guide_the_token_server_sits_behind_an_authenticated_endpoint(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        for (path, body) in [
            ("/livekit/token", json!({ "roomId": "lobby" })),
            ("/v1/tokens", json!({ "roomId": "lobby" })),
            ("/livekit/token-source", json!({ "room_name": "lobby" })),
        ] {
            server.anonymous().post(path, &body)?.is_problem(401, "unauthenticated")?;
        }
        Ok(())
    })
}

fn opentok_guide_token_data_holds_nothing_personal(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let root = server.admin()?;
        let body = json!({
            "username": "dora", "password": server.password("dora"), "did": "did:example:dora",
            "displayName": "Dora Example",
        });
        root.post("/v1/users", &body)?.is(201)?;
        let answer = server.user("dora")?.key("lobby")?.is(200)?;
        let said = claims(server, &answer)?.to_string();
        for personal in ["dora", "Dora", "did:", "127.0.0.1"] {
            assert!(!said.contains(personal), "{personal} in {said}");
        }
        Ok(())
    })
}

fn opentok_guide_a_later_meeting_is_closed_to_earlier_keys(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let room = || -> anyhow::Result<String> {
            let key = server.user("ada")?.key("stage-1")?.is(200)?.text_at("/token")?;
            let claims = token::decode(&key, server.secret())?;
            Ok(claims["video"]["room"].as_str().context("a room")?.to_owned())
        };
        server.run(&["meeting", "start", "stage-1"])?;
        let first = room()?;
        server.run(&["meeting", "start", "stage-1"])?;
        assert_ne!(first, room()?);
        Ok(())
    })
}

fn deployment_guide_metrics_are_on_a_port_of_their_own_on_loopback(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        assert!(server.metrics_url().starts_with("http://127.0.0.1:"));
        assert_ne!(server.metrics_url(), server.url());
        server.anonymous().get("/metrics")?.is(404)?;
        Client::new(server.metrics_url())
            .post("/livekit/token", &json!({ "roomId": "lobby" }))?
            .is(404)?;
        Ok(())
    })
}

fn deployment_guide_only_origins_of_the_list_are_served_and_echoed(
    kind: Kind,
) -> anyhow::Result<()> {
    on_with(
        kind,
        |desk| desk.set("cors", "allowed_origins", "[\"https://app.example.org\"]"),
        |server| {
            let from = |origin: &str| {
                let ada = server.user("ada")?;
                let request =
                    ada.request("POST", "/livekit/token").json(&json!({ "roomId": "stage-1" }));
                request.header("Origin", origin).send()
            };
            let allowed = from("https://app.example.org")?.is(200)?;
            assert_eq!(allowed.header("access-control-allow-origin"), "https://app.example.org");
            from("https://evil.example")?.is_problem(403, "origin-not-allowed")?;
            Ok(())
        },
    )
}

#[test]
fn deployment_guide_the_secret_file_is_its_owners_alone() -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let desk = desk(Kind::Sqlite)?;
    fs::set_permissions(desk.path("livekit.secret"), fs::Permissions::from_mode(0o644))?;
    desk.try_run(&["serve"], "")?.failed(1, "livekit.secret")?;
    Ok(())
}
