//! The requirements of the vendors' documents: OpenTok's REST reference and security guide, Agora's tutorial.

use anyhow::Context;
use roomkey_tests::opentok::{decode, form};
use roomkey_tests::scene::{on, on_with};
use roomkey_tests::{Client, Desk, Kind, Log, Server};
use serde_json::{Value, json};

use crate::opentok::key;
use crate::vendors::{Backend, agora, on_vendor, opentok, room};

on_both! {
    opentok_rest_jwts_are_checked_for_issuer_type_times_and_life,
    opentok_rest_our_own_jwts_live_180_s_and_are_new_for_each_request,
    opentok_rest_the_older_partner_header_is_retired,
    opentok_guide_each_meeting_has_a_session_and_each_participant_a_key,
    opentok_guide_connection_data_is_opaque,
    opentok_guide_relayed_or_routed_is_a_choice,
    opentok_guide_archives_left_at_the_vendor_are_found_and_deleted,
    agora_tutorial_clients_ask_with_channel_uid_role_and_expiry_by_get,
    agora_tutorial_tokens_live_at_most_24_h_and_are_renewed_in_place,
}

/// A backend asks for ada's key, its JWT in the vendor's header.
fn ask(server: &Server, jwt: &str) -> anyhow::Result<roomkey_tests::Answer> {
    let anonymous = server.anonymous();
    let request = anonymous.request("POST", "/v1/tokens").header("X-OPENTOK-AUTH", jwt);
    request.json(&json!({ "roomId": "stage-1", "user": "ada" })).send()
}

fn opentok_rest_jwts_are_checked_for_issuer_type_times_and_life(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let number: u64 = backend.key.parse()?;
        let with = |change: &dyn Fn(&mut Value)| backend.jwt_with(|claims| change(claims));
        let now = backend.claims()["iat"].as_i64().context("a time")?;
        ask(server, &with(&|claims| claims["iss"] = number.into()))?.is(200)?;
        ask(server, &with(&|claims| claims["iat"] = (now + 5).into()))?.is(200)?;
        for (bad, code) in [
            (with(&|claims| claims["ist"] = "account".into()), "invalid-project-jwt"),
            (with(&|claims| claims["exp"] = (now + 301).into()), "invalid-project-jwt"),
            (with(&|claims| claims["iat"] = (now + 60).into()), "clock-skew"),
            (
                with(&|claims| {
                    (claims["iat"], claims["exp"]) = ((now - 90).into(), (now - 30).into());
                }),
                "clock-skew",
            ),
        ] {
            ask(server, &bad)?.is_problem(401, code)?;
        }
        Ok(())
    })
}

fn opentok_rest_our_own_jwts_live_180_s_and_are_new_for_each_request(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        for _ in 0..2 {
            server.run(&["meeting", "start", "call-1"])?;
        }
        let claims: Vec<_> = vendor.requests().iter().map(|call| call.claims.clone()).collect();
        assert_eq!(claims.len(), 2);
        assert_ne!(claims[0]["jti"], claims[1]["jti"]);
        for claims in claims {
            let life = claims["exp"].as_i64().zip(claims["iat"].as_i64());
            assert_eq!(life.map(|(exp, iat)| exp - iat), Some(180));
        }
        Ok(())
    })
}

fn opentok_rest_the_older_partner_header_is_retired(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let both = format!("{}:{}", backend.key, backend.secret);
        let anonymous = server.anonymous();
        let request = anonymous.request("POST", "/v1/tokens").header("X-TB-PARTNER-AUTH", &both);
        let answer = request.json(&json!({ "roomId": "stage-1", "user": "ada" })).send()?;
        let answer = answer.is_problem(401, "partner-auth")?;
        assert!(!answer.text().contains(&backend.secret));
        Ok(())
    })
}

fn opentok_guide_each_meeting_has_a_session_and_each_participant_a_key(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        server.run(&["member", "add", "call-1", "bob", "--role", "subscriber"])?;
        let ask = |client: &Client| key(client, "call-1")?.is(200);
        let (ada, bob) = (ask(&server.user("ada")?)?, ask(&server.user("bob")?)?);
        assert_eq!(ada.json()?["sessionId"], bob.json()?["sessionId"]);
        assert_ne!(ada.text_at("/token")?, bob.text_at("/token")?);
        server.run(&["meeting", "start", "call-1"])?;
        let later = ask(&server.user("ada")?)?;
        assert_ne!(later.json()?["sessionId"], ada.json()?["sessionId"]);
        let earlier = decode(&bob.text_at("/token")?, &vendor.credentials().secret)?;
        assert_ne!(earlier.session, later.text_at("/sessionId")?);
        Ok(())
    })
}

fn opentok_guide_connection_data_is_opaque(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let answer = key(&server.user("ada")?, "call-1")?.is(200)?;
        let token = decode(&answer.text_at("/token")?, &vendor.credentials().secret)?;
        assert_eq!(token.data, Some(answer.text_at("/issuanceId")?));
        let said = serde_json::to_string(&token.claims)?;
        for personal in ["ada", "user-", "127.0.0.1"] {
            assert!(!said.contains(personal), "{personal} in {said}");
        }
        Ok(())
    })
}

fn opentok_guide_relayed_or_routed_is_a_choice(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        for (name, media, p2p) in [("near", "relayed", "enabled"), ("far", "routed", "disabled")] {
            room(server, name, "call", &["--media", media])?;
            key(&server.user("ada")?, name)?.is(200)?;
            let call = vendor.requests().pop().context("a call")?;
            assert_eq!(form(&call.body)?["p2p.preference"], p2p);
        }
        Ok(())
    })
}

fn opentok_guide_archives_left_at_the_vendor_are_found_and_deleted(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let id = vendor.record("1_MX4", "available");
        let listed = server.json(&["archive", "list", "--provider", "call"])?;
        assert_eq!(listed["data"][0]["id"], id.as_str());
        server.run(&["archive", "delete", "--provider", "call", &id])?;
        assert!(vendor.archives().is_empty());
        assert_eq!(Log::export(server)?.of_kind("provider.called").len(), 2);
        Ok(())
    })
}

fn agora_tutorial_clients_ask_with_channel_uid_role_and_expiry_by_get(
    kind: Kind,
) -> anyhow::Result<()> {
    let settings = |desk: &Desk| {
        desk.set("compat", "agora", "true")?;
        agora(desk)
    };
    on_with(kind, settings, |server| {
        let ada = server.user("ada")?;
        let uid =
            ada.post("/agora/token", &json!({ "roomId": "seats-1" }))?.is(200)?.json()?["uid"]
                .clone();
        let path = format!("/compat/agora/rtc/seats-1/publisher/uid/{uid}/?expiry=600");
        assert!(ada.get(&path)?.is(200)?.text_at("/rtcToken")?.starts_with("007"));
        server.anonymous().get(&path)?.is_problem(401, "unauthenticated")?;
        Ok(())
    })
}

fn agora_tutorial_tokens_live_at_most_24_h_and_are_renewed_in_place(
    kind: Kind,
) -> anyhow::Result<()> {
    let settings = |desk: &Desk| {
        desk.set("lifetime", "max_seconds", "86400")?;
        agora(desk)
    };
    on_with(kind, settings, |server| {
        let ada = server.user("ada")?;
        let ask = |seconds: u32| {
            ada.post("/agora/token", &json!({ "roomId": "seats-1", "ttlSeconds": seconds }))
        };
        ask(86_401)?.is_problem(422, "lifetime-out-of-bounds")?;
        let first = ask(86_400)?.is(200)?;
        let path = format!("/v1/tokens/{}/renew", first.text_at("/issuanceId")?);
        let next = ada.post(&path, &json!({}))?.is(200)?;
        for same in ["appId", "channel", "uid"] {
            assert_eq!(next.json()?[same], first.json()?[same], "{same}");
        }
        Ok(())
    })
}
