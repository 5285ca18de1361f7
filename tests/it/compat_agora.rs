//! `/compat/agora`: the paths of Agora's token service, which signs for anybody what the desk signs for members.

use roomkey_tests::judges::Judge;
use roomkey_tests::scene::on_with;
use roomkey_tests::{Client, Desk, Kind, Log, Server};
use serde_json::{Value, json};

use crate::vendors::{Backend, CERTIFICATE, agora, ask, room};

on_both! {
    its_clients_get_what_they_expect_with_and_without_the_slash,
    every_defect_of_the_vendors_service_has_the_right_answer,
    bodies_are_read_as_strictly,
    a_wildcard_is_answered_with_the_number_that_works,
    role_membership_and_meetings_decide_as_everywhere,
    accounts_work_where_the_room_has_them_and_numbers_do_not,
    messaging_alone_needs_a_room_that_decides,
}

fn surfaces(desk: &Desk) -> anyhow::Result<()> {
    desk.set("compat", "agora", "true")?;
    desk.set("compat", "agora_rtm_room", "\"seats-1\"")?;
    agora(desk)
}

/// The number and the identity that ada has in `seats-1`.
fn ada(server: &Server) -> anyhow::Result<(Client, u64, String)> {
    let ada = server.user("ada")?;
    let answer = ada.post("/agora/token", &json!({ "roomId": "seats-1" }))?.is(200)?;
    let uid = answer.json()?["uid"].as_u64().unwrap_or(0);
    Ok((ada, uid, answer.text_at("/identity")?))
}

/// What Agora's package reads in a key.
fn read(judge: &Judge, token: &Value) -> anyhow::Result<Value> {
    let read = ask(
        judge,
        "agora.mjs",
        &json!({ "do": "read", "token": token, "certificate": CERTIFICATE }),
    )?;
    assert_eq!(read["verified"], true, "{read}");
    Ok(read)
}

fn its_clients_get_what_they_expect_with_and_without_the_slash(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_with(kind, surfaces, |server| {
        let (ada, uid, identity) = ada(server)?;
        for (path, members) in [
            (
                format!("/compat/agora/rtc/seats-1/publisher/uid/{uid}"),
                &["rtcToken", "uid", "channel"][..],
            ),
            (format!("/compat/agora/rtm/{identity}"), &["rtmToken", "uid", "channel"]),
            (
                format!("/compat/agora/rte/seats-1/publisher/uid/{uid}"),
                &["rtcToken", "rtmToken", "rtmUserId", "uid", "channel"],
            ),
            (
                format!("/compat/agora/rte/seats-1/subscriber/uid/{uid}/{identity}"),
                &["rtcToken", "rtmToken", "rtmUserId", "uid", "channel"],
            ),
        ] {
            for end in ["", "/", "?expiry=600", "/?expiry=600"] {
                let answer = ada.get(&format!("{path}{end}"))?.is(200)?;
                let body = answer.json()?;
                let mut names: Vec<&str> =
                    body.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                let mut members = members.to_vec();
                names.sort_unstable();
                members.sort_unstable();
                assert_eq!(names, members, "{path}{end}");
                for (header, value) in [
                    ("cache-control", "private, no-cache, no-store, must-revalidate"),
                    ("expires", "-1"),
                    ("pragma", "no-cache"),
                ] {
                    assert_eq!(answer.header(header), value, "{path}{end}");
                }
                if end == "/?expiry=600" {
                    let token = body.get("rtcToken").unwrap_or(&body["rtmToken"]);
                    let read = read(&judge, token)?;
                    assert_eq!(
                        (&read["expire"], &read["services"][0]["privileges"]["1"]),
                        (&json!(600), &json!(600))
                    );
                    assert_eq!(read["services"][0]["uid"], uid.to_string());
                }
            }
        }
        let body = json!({ "tokenType": "rtc", "channel": "seats-1", "role": "publisher", "uid": uid.to_string(), "expire": 900 });
        for path in ["/compat/agora/getToken", "/compat/agora/getToken/"] {
            let answer = ada.post(path, &body)?.is(200)?.json()?;
            assert_eq!((&answer["uid"], &answer["channel"]), (&json!(uid), &json!("seats-1")));
            assert_eq!(read(&judge, &answer["token"])?["expire"], 900);
        }
        let rtm = json!({ "tokenType": "rtm", "uid": identity });
        let answer = ada.post("/compat/agora/getToken", &rtm)?.is(200)?.json()?;
        assert_eq!(read(&judge, &answer["token"])?["services"][1]["userId"], identity);
        assert_eq!(ada.get("/compat/agora/ping")?.is(200)?.json()?, json!({ "message": "pong" }));
        Ok(())
    })
}

fn every_defect_of_the_vendors_service_has_the_right_answer(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, surfaces, |server| {
        let (ada, uid, _) = ada(server)?;
        let before = Log::export(server)?.issuances().len();
        let rtc = |rest: &str| format!("/compat/agora/rtc/{rest}");
        for (path, status, code) in [
            (rtc("seats-1/publisher/uid/4294967296/"), 422, "invalid-value"),
            (rtc("seats-1/publisher/uid/-1/"), 422, "invalid-value"),
            (rtc("seats-1/publisher/uid/test/"), 422, "invalid-value"),
            (rtc("seats-1/publisher/uid/0/"), 422, "wildcard-uid"),
            (rtc("seats-1/publisher/uid//"), 422, "wildcard-uid"),
            (rtc(&format!("seats-1/publisher/uid/{}", uid ^ 1)), 422, "other-uid"),
            (rtc(&format!("seats-1/publisher/uid/{uid}/?expiry=4294967297")), 422, "invalid-value"),
            (
                rtc(&format!("seats-1/publisher/uid/{uid}/?expiry=1795000000000")),
                422,
                "invalid-value",
            ),
            (
                rtc(&format!("seats-1/publisher/uid/{uid}/?expiry=999999999")),
                422,
                "lifetime-out-of-bounds",
            ),
            (
                rtc(&format!("seats-1/publisher/uid/{uid}/?expiry=1795000000")),
                422,
                "lifetime-out-of-bounds",
            ),
            (rtc(&format!("seats-1/publisher/uid/{uid}/?expiry=-5")), 422, "invalid-value"),
            (rtc(&format!("seats-1/publisher/uid/{uid}/?expiry=failing")), 422, "invalid-value"),
            (rtc(&format!("seats-1/publisher/uid/{uid}/?expiry=0")), 422, "invalid-value"),
            (rtc(&format!("seats-1/PUBLISHER/uid/{uid}/")), 422, "invalid-value"),
            (rtc(&format!("seats-1/publsher/uid/{uid}/")), 422, "invalid-value"),
            (rtc(&format!("seats-1/publisher/nonsense/{uid}/")), 422, "invalid-value"),
            (rtc(&format!("*/publisher/uid/{uid}/")), 422, "invalid-value"),
            (rtc(&format!("%2A/publisher/uid/{uid}/")), 422, "invalid-value"),
            (rtc("*/publisher/userAccount/*/"), 422, "invalid-value"),
            (rtc("seats-1/publisher/userAccount/*/"), 422, "other-account"),
            (rtc(&format!("seats-1/publisher/userAccount/{uid}/")), 422, "other-account"),
            (rtc(&format!("nowhere/publisher/uid/{uid}/")), 403, "not-allowed"),
            (rtc(&format!("stage-1/publisher/uid/{uid}/")), 403, "not-allowed"),
            ("/compat/agora/rtm/0/".to_owned(), 422, "other-account"),
            ("/compat/agora/rtm/*/".to_owned(), 422, "other-account"),
            ("/compat/agora/rte/seats-1/publisher/uid/0/".to_owned(), 422, "wildcard-uid"),
            (format!("/compat/agora/rte/seats-1/publisher/uid/{uid}/*/"), 422, "other-account"),
            ("/compat/agora/chat/app/".to_owned(), 422, "never-issued"),
            ("/compat/agora/chat/app".to_owned(), 422, "never-issued"),
            ("/compat/agora/chat/account/ada/".to_owned(), 422, "never-issued"),
        ] {
            let answer = ada
                .get(&path)?
                .is_problem(status, code)
                .map_err(|error| error.context(path.clone()))?;
            let body = answer.json()?;
            assert_eq!(body["error"], body["message"], "{path}");
            let detail = body["detail"].as_str().unwrap_or_default();
            assert!(body["error"].as_str().is_some_and(|said| said.starts_with(detail)), "{body}");
        }
        assert_eq!(Log::export(server)?.issuances().len(), before, "no key was made");
        Ok(())
    })
}

fn bodies_are_read_as_strictly(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, surfaces, |server| {
        let (ada, uid, _) = ada(server)?;
        let good = json!({ "tokenType": "rtc", "channel": "seats-1", "role": "publisher", "uid": uid.to_string() });
        let before = Log::export(server)?.issuances().len();
        for (change, status, code) in [
            (json!({ "channel": "*", "uid": "4294967296", "expire": -1 }), 422, "invalid-value"),
            (json!({ "expire": -1 }), 422, "invalid-value"),
            (json!({ "expire": 4_294_967_297_i64 }), 422, "invalid-value"),
            (json!({ "expire": 1_795_000_000_000_i64 }), 422, "invalid-value"),
            (json!({ "expire": 86_401 }), 422, "lifetime-out-of-bounds"),
            (json!({ "uid": "0" }), 422, "wildcard-uid"),
            (json!({ "uid": "" }), 422, "wildcard-uid"),
            (json!({ "uid": "4294967296" }), 422, "invalid-value"),
            (json!({ "uid": "*" }), 422, "other-account"),
            (json!({ "uid": uid }), 400, "wrong-type"),
            (json!({ "role": "Publisher" }), 422, "invalid-value"),
            (json!({ "channel": "" }), 422, "invalid-value"),
            (json!({ "tokenType": "chat" }), 422, "never-issued"),
            (json!({ "tokenType": "chat", "uid": "ada" }), 422, "never-issued"),
            (json!({ "tokenType": "rtm", "uid": "0" }), 422, "other-account"),
            (json!({ "tokenType": "nonsense" }), 422, "invalid-value"),
            (json!({ "admin": true }), 400, "unknown-field"),
        ] {
            let mut body = good.clone();
            for (name, value) in change.as_object().into_iter().flatten() {
                body[name] = value.clone();
            }
            let answer = ada.post("/compat/agora/getToken", &body)?;
            answer.is_problem(status, code).map_err(|error| error.context(body.to_string()))?;
        }
        let long = vec![b' '; 65 * 1024];
        let long =
            ada.request("POST", "/compat/agora/getToken").body("application/json", &long).send()?;
        long.is_problem(413, "payload-too-large")?;
        assert_eq!(Log::export(server)?.issuances().len(), before, "no key was made");
        Ok(())
    })
}

fn a_wildcard_is_answered_with_the_number_that_works(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, surfaces, |server| {
        let ada = server.user("ada")?;
        let refused = ada
            .get("/compat/agora/rtc/seats-1/publisher/uid/0/")?
            .is_problem(422, "wildcard-uid")?;
        let detail = refused.text_at("/detail")?;
        let uid: String = detail.chars().filter(char::is_ascii_digit).collect();
        let answer =
            ada.get(&format!("/compat/agora/rtc/seats-1/publisher/uid/{uid}/"))?.is(200)?;
        assert_eq!(answer.json()?["uid"].to_string(), uid, "{detail}");
        assert_eq!(Log::export(server)?.last("token.denied")?["reason"], "uid_other");
        // The number of somebody else is worth nothing.
        server.run(&["member", "add", "seats-1", "bob", "--role", "publisher"])?;
        let bob =
            server.user("bob")?.get(&format!("/compat/agora/rtc/seats-1/publisher/uid/{uid}/"))?;
        let bob = bob.is_problem(422, "other-uid")?.text_at("/detail")?;
        assert!(!bob.contains(&uid), "{bob}");
        Ok(())
    })
}

fn role_membership_and_meetings_decide_as_everywhere(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_with(kind, surfaces, |server| {
        let (ada, uid, identity) = ada(server)?;
        let path = |role: &str, uid: &Value| format!("/compat/agora/rtc/seats-1/{role}/uid/{uid}/");
        server.user("bob")?.get(&path("subscriber", &json!(7)))?.is_problem(403, "not-allowed")?;
        server
            .anonymous()
            .get(&path("publisher", &json!(uid)))?
            .is_problem(401, "unauthenticated")?;
        server.run(&["member", "add", "seats-1", "bob", "--role", "subscriber"])?;
        let bob = server.user("bob")?;
        let of_bob =
            bob.post("/agora/token", &json!({ "roomId": "seats-1" }))?.is(200)?.json()?["uid"]
                .clone();
        bob.get(&path("publisher", &of_bob))?.is_problem(403, "not-allowed")?;
        assert_eq!(Log::export(server)?.last("token.denied")?["reason"], "role_too_low");
        let key = bob.get(&path("subscriber", &of_bob))?.is(200)?.json()?;
        let privileges = &read(&judge, &key["rtcToken"])?["services"][0]["privileges"];
        assert_eq!(privileges, &json!({ "1": 300 }));
        // A backend has no number, and cannot say here for whom it asks.
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let answer = backend.client(server).get(&path("publisher", &json!(uid)))?;
        answer.is_problem(422, "user-required")?;
        server.run(&["meeting", "start", "seats-1"])?;
        for path in [path("publisher", &json!(uid)), format!("/compat/agora/rtm/{identity}/")] {
            ada.get(&path)?.is_problem(409, "meeting-runs")?;
        }
        let body = json!({ "tokenType": "rtc", "channel": "seats-1", "role": "publisher", "uid": uid.to_string() });
        ada.post("/compat/agora/getToken", &body)?.is_problem(409, "meeting-runs")?;
        server.run(&["meeting", "end", "seats-1"])?;
        ada.get(&path("publisher", &json!(uid)))?.is(200)?;
        Ok(())
    })
}

fn accounts_work_where_the_room_has_them_and_numbers_do_not(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, surfaces, |server| {
        let (ada, _, identity) = ada(server)?;
        room(server, "seats-s", "seats", &["--string-accounts"])?;
        let by = |kind: &str, who: &str| {
            ada.get(&format!("/compat/agora/rtc/seats-s/publisher/{kind}/{who}/"))
        };
        assert_eq!(by("userAccount", &identity)?.is(200)?.json()?["uid"], identity.as_str());
        by("uid", "7")?.is_problem(422, "no-numbers")?;
        by("userAccount", "7")?.is_problem(422, "other-account")?;
        by("userAccount", &format!("{identity}*"))?.is_problem(422, "other-account")?;
        Ok(())
    })
}

fn messaging_alone_needs_a_room_that_decides(kind: Kind) -> anyhow::Result<()> {
    let settings = |desk: &Desk| {
        desk.set("compat", "agora", "true")?;
        agora(desk)
    };
    on_with(kind, settings, |server| {
        let (ada, uid, identity) = ada(server)?;
        ada.get(&format!("/compat/agora/rtm/{identity}/"))?.is_problem(422, "no-messaging-room")?;
        ada.get(&format!("/compat/agora/rte/seats-1/publisher/uid/{uid}/"))?.is(200)?;
        Ok(())
    })
}
