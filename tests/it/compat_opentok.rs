//! `/compat/opentok`: the vendor's own SDKs, pointed at the desk instead of at the vendor.

use anyhow::Context;
use roomkey_tests::judges::Judge;
use roomkey_tests::opentok::{decode, project_of};
use roomkey_tests::scene::on;
use roomkey_tests::vendor::Failure;
use roomkey_tests::{Answer, Desk, Kind, Log, Server, Vendor, place};
use serde_json::{Value, json};

use crate::opentok::key;
use crate::vendors::{Backend, ask, on_vendor, opentok, room, vonage};

on_both! {
    both_sdks_start_meetings_and_disconnect_participants,
    the_sdk_of_vonage_video_does_the_same,
    a_session_is_answered_in_what_the_client_reads,
    bad_authentication_is_403_in_the_vendors_words,
    a_client_gets_no_less_than_it_relies_on,
    only_sessions_of_the_room_and_plain_ids_reach_the_vendor,
    the_sample_apps_of_the_vendor_get_members_keys,
    the_surface_is_off_until_the_settings_switch_it_on,
}

const FORM: &str = "application/x-www-form-urlencoded";

fn surfaces(desk: &Desk, vendor: &Vendor) -> anyhow::Result<()> {
    desk.set("compat", "opentok", "true")?;
    opentok(desk, vendor)
}

/// Where an SDK is told that the vendor is.
fn api_url(server: &Server, room: &str) -> String {
    format!("{}/compat/opentok/{room}", server.url())
}

/// A backend that may do what these SDKs do.
fn backend(server: &Server) -> anyhow::Result<Backend> {
    Backend::add(server, &["call-*"], &["meetings", "disconnect"])
}

/// `POST /session/create` as an SDK sends it.
fn create(server: &Server, jwt: &str, form: &str, accept: &str) -> anyhow::Result<Answer> {
    let anonymous = server.anonymous();
    let request = anonymous.request("POST", "/compat/opentok/call-1/session/create");
    let request = request.header("X-OPENTOK-AUTH", jwt).header("Accept", accept);
    request.body(FORM, form.as_bytes()).send()
}

/// It is an error as OpenTok's servers word it.
fn is_vendors_error(answer: &Answer, status: u16) -> anyhow::Result<()> {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json()?;
    assert_eq!(body["code"], if status == 403 { -1 } else { i32::from(status) }, "{body}");
    assert!(body["message"].is_string() && body["description"].is_string(), "{body}");
    Ok(())
}

fn both_sdks_start_meetings_and_disconnect_participants(kind: Kind) -> anyhow::Result<()> {
    let (Some(node), Some(python)) = (Judge::node()?, Judge::python()?) else { return Ok(()) };
    on_vendor(kind, surfaces, |server, vendor| {
        let backend = backend(server)?;
        for (judge, script) in [(&node, "opentok.mjs"), (&python, "opentok_judge.py")] {
            let with = |secret: &str, question: Value| {
                let mut asked = json!({
                    "key": backend.key, "secret": secret, "apiUrl": api_url(server, "call-1"),
                });
                for (name, value) in question.as_object().into_iter().flatten() {
                    asked[name] = value.clone();
                }
                ask(judge, script, &asked)
            };
            let created = with(&backend.secret, json!({ "do": "createSession" }))?;
            let session = created["sessionId"].as_str().with_context(|| created.to_string())?;
            assert_eq!(Some(session), vendor.sessions().last().map(String::as_str), "{script}");
            assert_eq!(
                key(&server.user("ada")?, "call-1")?.is(200)?.text_at("/sessionId")?,
                session
            );
            let connection = place::random_hex(12);
            let leave = json!({ "do": "forceDisconnect", "sessionId": session, "connectionId": connection });
            assert_eq!(with(&backend.secret, leave.clone())?, json!({}), "{script}");
            let call = vendor.requests().pop().context("a call")?;
            let project = &vendor.credentials().key;
            let path = format!("/v2/project/{project}/session/{session}/connection/{connection}");
            assert_eq!((call.method.as_str(), call.path), ("DELETE", path), "{script}");
            vendor.leave(&connection);
            assert_eq!(
                with(&backend.secret, leave.clone())?,
                json!({}),
                "gone already is what was asked for"
            );
            let calls = vendor.requests().len();
            let refused = with(&place::random_hex(40), leave)?;
            assert_eq!(refused["kind"], "AuthError", "{script}: {refused}");
            let refused = with(&place::random_hex(40), json!({ "do": "createSession" }))?;
            let said = refused["error"].as_str().unwrap_or_default().to_lowercase();
            assert!(said.contains("invalid"), "{script}: {refused}");
            assert_eq!(vendor.requests().len(), calls);
        }
        let log = Log::export(server)?;
        let by = json!({ "type": "backend", "backend": backend.key });
        assert!(log.of_kind("provider.called").iter().all(|entry| entry["by"] == by));
        assert!(log.of_kind("meeting.started").iter().all(|entry| entry["by"] == by));
        Ok(())
    })
}

fn the_sdk_of_vonage_video_does_the_same(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    let settings = |desk: &Desk, vendor: &Vendor| {
        desk.set("compat", "opentok", "true")?;
        vonage(desk, vendor)
    };
    on_vendor(kind, settings, |server, vendor| {
        let backend = Backend::add(server, &["talk-*"], &["meetings", "disconnect"])?;
        let base = |secret: &str| {
            json!({
                "application": backend.key, "secret": secret, "videoHost": api_url(server, "talk-1"),
                "privateKey": vendor.credentials().private_key, "do": "createSession",
            })
        };
        let created = ask(&judge, "vonage.mjs", &base(&backend.secret))?;
        let session = created["sessionId"].as_str().with_context(|| created.to_string())?;
        assert_eq!(project_of(session)?, vendor.credentials().application);
        let mut leave = base(&backend.secret);
        leave["do"] = "disconnectClient".into();
        (leave["sessionId"], leave["connectionId"]) = (session.into(), "c-1".into());
        assert_eq!(ask(&judge, "vonage.mjs", &leave)?, json!({}));
        let refused = ask(&judge, "vonage.mjs", &base(&place::random_hex(40)))?;
        assert_eq!(refused["status"], 403, "{refused}");
        Ok(())
    })
}

fn a_session_is_answered_in_what_the_client_reads(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, surfaces, |server, vendor| {
        let backend = backend(server)?;
        let json = create(server, &backend.jwt(), "p2p.preference=disabled", "application/json")?
            .is(200)?;
        assert_eq!(
            json.header("content-type"),
            "application/json",
            "Python compares the whole text"
        );
        let body = json.json()?;
        assert_eq!(body.as_array().map(Vec::len), Some(1), "Java and Rust want exactly one");
        assert_eq!(Some(&json.text_at("/0/session_id")?), vendor.sessions().last());
        for accept in ["", "*/*", "text/xml"] {
            let xml = create(server, &backend.jwt(), "", accept)?.is(200)?;
            assert!(xml.header("content-type").contains("xml"), "{accept}");
            let session = vendor.sessions().pop().context("a session")?;
            assert!(
                xml.text().contains(&format!("<session_id>{session}</session_id>")),
                "{}",
                xml.text()
            );
        }
        let refused = create(server, "a.b.c", "", "*/*")?.is(403)?;
        assert!(refused.text().contains("<code>-1</code>"), "{}", refused.text());
        Ok(())
    })
}

fn bad_authentication_is_403_in_the_vendors_words(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, surfaces, |server, vendor| {
        let backend = backend(server)?;
        let weak = Backend::add(server, &["call-*"], &["issue"])?;
        let elsewhere = Backend::add(server, &["stage-*"], &["meetings", "disconnect"])?;
        let client_token = backend.jwt_with(|claims| claims["scope"] = "session.connect".into());
        let forged = Backend { key: backend.key.clone(), secret: place::random_hex(40) };
        let unknown = Backend { key: "12345678".into(), secret: place::random_hex(40) };
        for jwt in [
            "",
            "a.b.c",
            &client_token,
            &forged.jwt(),
            &unknown.jwt(),
            &weak.jwt(),
            &elsewhere.jwt(),
            server.user("ada")?.bearer(),
        ] {
            is_vendors_error(&create(server, jwt, "", "application/json")?, 403)?;
            let path = "/compat/opentok/call-1/v2/project/1/session/1_MX4/connection/c-1";
            let anonymous = server.anonymous();
            let answer = anonymous.request("DELETE", path).header("X-OPENTOK-AUTH", jwt).send()?;
            is_vendors_error(&answer, 403)?;
        }
        let message = |jwt: &str| create(server, jwt, "", "application/json")?.text_at("/message");
        assert_eq!(message(&forged.jwt())?, "Invalid signature");
        assert_eq!(message(&unknown.jwt())?, "Issuer not found");
        let old = backend.jwt_with(|claims| {
            let iat = claims["iat"].as_i64().unwrap_or(0) - 1_000;
            (claims["iat"], claims["exp"]) = (iat.into(), (iat + 100).into());
        });
        assert!(message(&old)?.contains("clock"), "as users ask for");
        let partner = server.anonymous();
        let partner = partner
            .request("POST", "/compat/opentok/call-1/session/create")
            .header("X-TB-PARTNER-AUTH", &format!("{}:{}", backend.key, backend.secret))
            .header("Accept", "application/json")
            .body(FORM, b"")
            .send()?;
        is_vendors_error(&partner, 403)?;
        assert!(vendor.requests().is_empty());
        Ok(())
    })
}

fn a_client_gets_no_less_than_it_relies_on(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, surfaces, |server, vendor| {
        let backend = backend(server)?;
        let ask = |form: &str| create(server, &backend.jwt(), form, "application/json");
        for form in [
            "e2ee=true",
            "archiveMode=always",
            "archiveMode=always&p2p.preference=enabled",
            "p2p.preference=maybe",
            "archiveName=x",
            "location=localhost",
            "e2ee=false&e2ee=true",
        ] {
            is_vendors_error(&ask(form)?, 400)?;
        }
        assert!(vendor.requests().is_empty());
        for form in [
            "",
            "archiveMode=manual&p2p.preference=enabled",
            "archiveMode=manual&location=null&p2p.preference=disabled",
            "p2p.preference=enabled&archiveMode=manual&e2ee=False&unknown=1",
            "location=12.34.56.78",
        ] {
            ask(form)?.is(200)?;
            let body = vendor.requests().pop().context("a call")?.body;
            assert_eq!(
                body, "p2p.preference=disabled&archiveMode=manual&e2ee=false",
                "the room decides"
            );
        }
        let json = server.anonymous();
        let json = json
            .request("POST", "/compat/opentok/call-1/session/create")
            .header("X-OPENTOK-AUTH", &backend.jwt())
            .header("Accept", "application/json")
            .json(&json!({ "e2ee": true }));
        is_vendors_error(&json.send()?, 400)?;
        vendor.fail(&Failure::Status(403), 1);
        is_vendors_error(&ask("")?, 502)?;
        vendor.fail(&Failure::Close, 2);
        is_vendors_error(&ask("")?, 503)?;
        Ok(())
    })
}

fn only_sessions_of_the_room_and_plain_ids_reach_the_vendor(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, surfaces, |server, vendor| {
        room(server, "call-2", "call", &[])?;
        let (one, two) = (backend(server)?, backend(server)?);
        let session = key(&server.user("ada")?, "call-1")?.is(200)?.text_at("/sessionId")?;
        let of_other = key(&server.user("ada")?, "call-2")?.is(200)?.text_at("/sessionId")?;
        vendor.forget();
        let leave = |key: &str, session: &str, connection: &str| {
            let path = format!(
                "/compat/opentok/call-1/v2/project/{key}/session/{session}/connection/{connection}"
            );
            server.anonymous().request("DELETE", &path).header("X-OPENTOK-AUTH", &one.jwt()).send()
        };
        is_vendors_error(&leave(&two.key, &session, "c-1")?, 403)?;
        is_vendors_error(&leave(&vendor.credentials().key, &session, "c-1")?, 403)?;
        is_vendors_error(&leave(&one.key, &of_other, "c-1")?, 404)?;
        is_vendors_error(&leave(&one.key, "1_MX4xMjM0NTZ-fg", "c-1")?, 404)?;
        for (session, connection) in [
            ("x%2F..%2F..%2Farchive%2F1", "c-1"),
            ("x%2farchive", "c-1"),
            ("%2e%2e", "c-1"),
            (&session, "c%2F..%2Fx"),
            (&session, "c%3Fx"),
            (&session, "c%0d%0a"),
            (&"x".repeat(256), "c-1"),
        ] {
            let answer = leave(&one.key, session, connection)?;
            assert!(
                (400..500).contains(&answer.status),
                "{session} {connection}: {}",
                answer.text()
            );
        }
        assert!(vendor.requests().is_empty());
        leave(&one.key, &session, "c-1")?.is(204)?;
        // A meeting that is over may still have participants to be sent away.
        server.run(&["meeting", "end", "call-1"])?;
        leave(&one.key, &session, "c-2")?.is(204)?;
        assert_eq!(Log::export(server)?.last("provider.called")?["operation"], "disconnect");
        Ok(())
    })
}

fn the_sample_apps_of_the_vendor_get_members_keys(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, surfaces, |server, vendor| {
        let known = vendor.credentials();
        for path in ["/compat/opentok/call-1/session", "/compat/opentok/room/call-1"] {
            server.user("bob")?.get(path)?.is_problem(403, "not-allowed")?;
            server.anonymous().get(path)?.is_problem(401, "unauthenticated")?;
            let answer = server.user("ada")?.get(path)?.is(200)?;
            let body = answer.json()?;
            let token = decode(&answer.text_at("/token")?, &known.secret)?;
            assert_eq!(
                (&body["apiKey"], &body["sessionId"]),
                (&json!(known.key), &json!(token.session))
            );
            assert_eq!(body.as_object().map(serde_json::Map::len), Some(3));
            assert_eq!(
                (answer.header("cache-control"), token.role.as_str()),
                ("no-store", "publisher")
            );
        }
        assert_eq!(vendor.requests().len(), 1, "one meeting, for members only");
        let ada = server.user("ada")?;
        ada.get("/compat/opentok/room/stage-1")?.is_problem(403, "not-allowed")?;
        ada.get("/compat/opentok/room/*")?.is(422)?;
        ada.get("/compat/opentok/room/call-1?role=moderator")?.is(400)?;
        Ok(())
    })
}

fn the_surface_is_off_until_the_settings_switch_it_on(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        for path in [
            "/compat/opentok/stage-1/session",
            "/compat/opentok/room/stage-1",
            "/compat/agora/ping",
        ] {
            ada.get(path)?.is_problem(404, "not-found")?;
        }
        ada.request("POST", "/compat/opentok/stage-1/session/create")
            .send()?
            .is_problem(404, "not-found")?;
        Ok(())
    })
}
