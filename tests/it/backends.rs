//! Backends: servers that ask for keys of the users they act for, as far as an admin lets them.

use anyhow::Context;
use roomkey_tests::scene::{on, on_with};
use roomkey_tests::{Answer, Client, Desk, Kind, Log, Server, Vendor};
use serde_json::{Value, json};

use crate::vendors::{Backend, agora, on_vendor, opentok, vonage};

on_both! {
    a_backend_gets_its_users_keys_at_every_provider,
    a_backend_names_the_user_and_a_user_does_not,
    scopes_and_rooms_bound_what_a_backend_may,
    a_backend_is_no_user_and_no_admin,
    a_revoked_backend_is_out_at_once_and_for_good,
    a_key_is_renewed_by_the_backend_that_asked_for_it_alone,
    backends_that_make_no_sense_are_refused,
}

/// A backend asks for ada's key.
fn for_ada(client: &Client, path: &str, room: &str) -> anyhow::Result<Answer> {
    client.post(path, &json!({ "roomId": room, "user": "ada" }))
}

fn everywhere(desk: &Desk, vendor: &Vendor) -> anyhow::Result<()> {
    agora(desk)?;
    opentok(desk, vendor)?;
    vonage(desk, vendor)
}

fn a_backend_gets_its_users_keys_at_every_provider(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, everywhere, |server, _| {
        let did = "did:web:example.org:dora";
        let dora = ["user", "add", "dora", "--role", "user", "--did", did, "--password-stdin"];
        server.run_with(&dora, &server.password("dora"))?;
        let backend = Backend::add(server, &["*"], &["issue"])?;
        for (path, room) in [
            ("/livekit/token", "stage-1"),
            ("/opentok/token", "call-1"),
            ("/vonage/token", "talk-1"),
            ("/agora/token", "seats-1"),
        ] {
            server.run(&["member", "add", room, "dora", "--role", "subscriber"])?;
            for (header, value) in [
                ("X-OPENTOK-AUTH", backend.jwt()),
                ("Authorization", format!("Bearer {}", backend.jwt())),
                ("Authorization", format!("bearer {}", backend.jwt())),
            ] {
                for path in [path, "/v1/tokens"] {
                    let mut identities = Vec::new();
                    for user in ["dora", "DORA", did] {
                        let body = json!({ "roomId": room, "user": user });
                        let anonymous = server.anonymous();
                        let request = anonymous.request("POST", path).header(header, &value);
                        identities.push(request.json(&body).send()?.is(200)?.text_at("/identity")?);
                    }
                    identities.dedup();
                    assert_eq!(identities.len(), 1);
                }
            }
            let log = Log::export(server)?;
            let entry = log.last("token.issued")?;
            assert_eq!(entry["by"], json!({ "type": "backend", "backend": backend.key }));
            assert_eq!(entry["role"], "subscriber", "what the user may, not what the backend may");
        }
        Ok(())
    })
}

fn a_backend_names_the_user_and_a_user_does_not(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let client = backend.client(server);
        client.key("stage-1")?.is_problem(422, "user-required")?;
        let himself = for_ada(&server.user("ada")?, "/v1/tokens", "stage-1")?;
        himself.is_problem(422, "field-not-allowed")?;
        for (user, reason) in
            [("nobody", "subject_unknown"), ("bob", "not_a_member"), ("audrey", "desk_role")]
        {
            let body = json!({ "roomId": "stage-1", "user": user });
            client.post("/v1/tokens", &body)?.is_problem(403, "not-allowed")?;
            assert_eq!(Log::export(server)?.last("token.denied")?["reason"], reason, "{user}");
        }
        for bad in ["", "a b", "did:", "../ada"] {
            let body = json!({ "roomId": "stage-1", "user": bad });
            client.post("/v1/tokens", &body)?.is_problem(422, "invalid-value")?;
        }
        server.run(&["user", "disable", "ada"])?;
        for_ada(&client, "/v1/tokens", "stage-1")?.is_problem(403, "not-allowed")?;
        assert!(Log::export(server)?.issuances().is_empty());
        Ok(())
    })
}

fn scopes_and_rooms_bound_what_a_backend_may(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["room", "add", "back-1", "--provider", "stage"])?;
        let issuing = Backend::add(server, &["stage-*"], &["issue"])?.client(server);
        let starting = Backend::add(server, &["stage-*"], &["meetings"])?;
        for_ada(&issuing, "/v1/tokens", "stage-1")?.is(200)?;
        for room in ["lobby", "back-1", "xstage-1", "no-such-room"] {
            for_ada(&issuing, "/v1/tokens", room)?.is_problem(403, "not-allowed")?;
        }
        let log = Log::export(server)?;
        let reasons: Vec<_> =
            log.of_kind("token.denied").iter().map(|entry| entry["reason"].clone()).collect();
        assert!(reasons.iter().all(|reason| reason == "backend_room"), "{reasons:?}");
        for_ada(&starting.client(server), "/v1/tokens", "stage-1")?
            .is_problem(403, "not-allowed")?;
        assert_eq!(Log::export(server)?.last("token.denied")?["reason"], "backend_scope");
        let start = |client: &Client, room: &str| {
            client.request("POST", &format!("/v1/rooms/{room}/meetings")).send()
        };
        start(&issuing, "stage-1")?.is_problem(403, "not-allowed")?;
        start(&starting.client(server), "lobby")?.is_problem(403, "not-allowed")?;
        start(&starting.client(server), "stage-1")?.is(201)?;
        let by = Log::export(server)?.last("meeting.started")?["by"].clone();
        assert_eq!(by, json!({ "type": "backend", "backend": starting.key }));
        for_ada(&issuing, "/v1/tokens", "stage-1")?.is(200)?;
        Ok(())
    })
}

fn a_backend_is_no_user_and_no_admin(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue", "meetings", "disconnect"])?;
        let client = backend.client(server);
        for path in [
            "/v1/audit/events",
            "/v1/users",
            "/v1/users/ada",
            "/v1/rooms",
            "/v1/backends",
            "/v1/me",
            "/v1/me/rooms",
        ] {
            let answer = client.get(path)?;
            answer.is_problem(403, "not-allowed").context(path.to_owned())?;
        }
        let new = json!({ "username": "eve", "password": server.password("eve"), "role": "admin" });
        for (path, body) in [
            ("/v1/users", new),
            ("/v1/backends", json!({ "name": "more", "rooms": ["*"] })),
            ("/v1/rooms", json!({ "roomId": "mine", "provider": "stage" })),
            ("/v1/logout", json!({})),
            ("/v1/audit/trace", json!({ "token": "x" })),
            (&format!("/v1/backends/{}/revoke", backend.key), json!({})),
        ] {
            let answer = client.post(path, &body)?;
            answer.is_problem(403, "not-allowed").context(path.to_owned())?;
        }
        let password = json!({ "currentPassword": "x", "newPassword": server.password("eve") });
        let answer = client.put("/v1/me/password", &password)?;
        answer.is_problem(403, "not-allowed")?;
        for_ada(&client, "/v1/tokens", "stage-1")?.is(200)?;
        Ok(())
    })
}

fn a_revoked_backend_is_out_at_once_and_for_good(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let added = server.json(&["backend", "add", "shop", "--rooms", "stage-*"])?;
        let text = |name: &str| added[name].as_str().map(str::to_owned).context("a text");
        let backend = Backend { key: text("apiKey")?, secret: text("secret")? };
        let client = backend.client(server);
        for_ada(&client, "/v1/tokens", "stage-1")?.is(200)?;
        let other = Backend::add(server, &["*"], &["issue"])?;
        server
            .admin()?
            .request("POST", &format!("/v1/backends/{}/revoke", backend.key))
            .send()?
            .is(204)?;
        for client in [&client, &backend.client(server)] {
            for_ada(client, "/v1/tokens", "stage-1")?.is_problem(401, "unknown-api-key")?;
        }
        for_ada(&other.client(server), "/v1/tokens", "stage-1")?.is(200)?;
        server.run(&["backend", "revoke", &other.key])?;
        for_ada(&other.client(server), "/v1/tokens", "stage-1")?
            .is_problem(401, "unknown-api-key")?;
        server.try_run(&["backend", "revoke", "99999999"], "")?.failed(1, "backend")?;
        let listed = server.run(&["backend", "list", "--json"])?.stdout;
        let over_http = server.admin()?.get("/v1/backends")?.is(200)?.text();
        for text in [&listed, &over_http] {
            assert!(
                text.contains(&backend.key)
                    && !text.contains(&backend.secret)
                    && !text.contains(&other.secret)
            );
        }
        let log = Log::export(server)?;
        assert_eq!(
            (log.of_kind("backend.added").len(), log.of_kind("backend.revoked").len()),
            (2, 2)
        );
        Ok(())
    })
}

fn a_key_is_renewed_by_the_backend_that_asked_for_it_alone(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, agora, |server: &Server| {
        let (one, other) =
            (Backend::add(server, &["*"], &["issue"])?, Backend::add(server, &["*"], &["issue"])?);
        for (path, room) in [("/livekit/token", "stage-1"), ("/agora/token", "seats-1")] {
            let first = for_ada(&one.client(server), path, room)?.is(200)?;
            let renew = format!("/v1/tokens/{}/renew", first.text_at("/issuanceId")?);
            let next = one.client(server).post(&renew, &json!({}))?.is(200)?;
            assert_eq!(next.json()?["identity"], first.json()?["identity"]);
            assert_eq!(next.json()?["uid"], first.json()?["uid"]);
            let before = Log::export(server)?.issuances().len();
            other.client(server).post(&renew, &json!({}))?.is_problem(403, "not-allowed")?;
            assert_eq!(Log::export(server)?.last("token.denied")?["reason"], "renews_other");
            server.user("bob")?.post(&renew, &json!({}))?.is_problem(403, "not-allowed")?;
            assert_eq!(Log::export(server)?.issuances().len(), before);
        }
        server.run(&["member", "remove", "stage-1", "ada"])?;
        for_ada(&one.client(server), "/v1/tokens", "stage-1")?.is_problem(403, "not-allowed")?;
        Ok(())
    })
}

fn backends_that_make_no_sense_are_refused(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let root = server.admin()?;
        for (body, status) in [
            (json!({ "name": "shop", "rooms": [] }), 422),
            (json!({ "name": "shop", "rooms": ["a b"] }), 422),
            (json!({ "name": "", "rooms": ["*"] }), 422),
            (json!({ "name": "shop", "rooms": ["*"], "scopes": ["admin"] }), 422),
            (json!({ "name": "shop", "rooms": ["*"], "secret": "mine" }), 400),
            (json!({ "name": "shop" }), 400),
        ] {
            assert_eq!(root.post("/v1/backends", &body)?.status, status, "{body}");
        }
        server
            .user("ada")?
            .post("/v1/backends", &json!({ "name": "shop", "rooms": ["*"] }))?
            .is(403)?;
        server.try_run(&["backend", "add", "shop"], "")?.failed(2, "--rooms")?;
        let added =
            root.post("/v1/backends", &json!({ "name": "shop", "rooms": ["*"] }))?.is(201)?;
        assert_eq!(added.header("cache-control"), "no-store");
        let (key, secret) = (added.text_at("/apiKey")?, added.text_at("/secret")?);
        assert!(key.parse::<i32>().is_ok(), "{key}");
        assert!(
            secret.len() == 40
                && secret.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        );
        let entry = Log::export(server)?.last("backend.added")?.clone();
        assert_eq!(entry["scopes"], json!(["issue"]));
        assert!(!entry.to_string().contains("shop"), "no name stands in the log: {entry}");
        assert_eq!(entry.get("secret"), None::<&Value>);
        Ok(())
    })
}
