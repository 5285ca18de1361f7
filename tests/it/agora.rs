//! `POST /agora/token`: numbers that the desk assigns, read back by Agora's own package.

use std::collections::BTreeSet;

use anyhow::Context;
use roomkey_claims::Timestamp;
use roomkey_tests::judges::Judge;
use roomkey_tests::scene::on_with;
use roomkey_tests::{Answer, Client, Kind, Log};
use serde_json::{Value, json};

use crate::vendors::{APP_ID, CERTIFICATE, agora, ask, inspect, profile, room};

on_both! {
    agoras_own_package_reads_every_key,
    a_number_belongs_to_one_user_in_one_room_and_stays,
    each_device_has_a_number_where_the_room_says_so,
    accounts_are_texts_only_where_the_room_says_so,
    messaging_is_granted_on_request_where_the_profile_has_it,
    what_agora_cannot_say_is_refused_and_never_bent,
    a_meeting_has_a_channel_of_its_own,
    the_desk_reads_its_keys_back_and_finds_their_entries,
}

/// Asks for a key of an Agora room.
fn key(client: &Client, room: &str) -> anyhow::Result<Answer> {
    client.post("/agora/token", &json!({ "roomId": room }))
}

/// What Agora's package reads in a key; its signature is good.
fn read(judge: &Judge, answer: &Answer) -> anyhow::Result<Value> {
    let token = answer.text_at("/token")?;
    let read = ask(judge, "agora.mjs", &read_question(&token, CERTIFICATE))?;
    assert_eq!((&read["verified"], &read["appId"]), (&json!(true), &json!(APP_ID)), "{read}");
    Ok(read)
}

fn read_question(token: &str, certificate: &str) -> Value {
    json!({ "do": "read", "token": token, "certificate": certificate })
}

/// The privileges that a role has at Agora, each for as long as the key lives.
fn privileges(role: &str, seconds: u32) -> Value {
    match role {
        "subscriber" => json!({ "1": seconds }),
        _ => json!({ "1": seconds, "2": seconds, "3": seconds, "4": seconds }),
    }
}

fn agoras_own_package_reads_every_key(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_with(kind, agora, |server| {
        for role in ["subscriber", "publisher", "moderator"] {
            server.run(&["member", "add", "seats-1", "bob", "--role", role, "--event", "night"])?;
            let body = json!({ "roomId": "seats-1", "eventId": "night", "ttlSeconds": 600 });
            let answer = server.user("bob")?.post("/agora/token", &body)?.is(200)?;
            let body = answer.json()?;
            let uid = body["uid"].as_u64().context("a number")?;
            assert!((1..=0x7fff_ffff).contains(&uid), "{uid}");
            let read = read(&judge, &answer)?;
            assert_eq!(
                read["services"],
                json!([{
                    "type": 1, "privileges": privileges(role, 600),
                    "channel": "seats-1", "uid": uid.to_string(),
                }])
            );
            assert_eq!((&body["appId"], &body["channel"]), (&json!(APP_ID), &json!("seats-1")));
            let expiry = read["issueTs"].as_i64().unwrap_or(0) + 600;
            assert_eq!(read["expire"], 600);
            assert_eq!(Timestamp::parse(&answer.text_at("/expiresAt")?)?.as_seconds(), expiry);
            let log = Log::export(server)?;
            let line = log.issuance(&answer.text_at("/issuanceId")?).context("no entry")?;
            let entry = &line.entry;
            assert_eq!((&entry["uid"], &entry["exp"]), (&json!(uid), &json!(expiry)));
            assert_eq!((&entry["provider"], &entry["key"]), (&json!("agora"), &json!(APP_ID)));
        }
        Ok(())
    })
}

fn a_number_belongs_to_one_user_in_one_room_and_stays(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, agora, |server| {
        room(server, "seats-2", "seats", &[])?;
        server.run(&["member", "add", "seats-1", "bob", "--role", "subscriber"])?;
        let (ada, bob) = (server.user("ada")?, server.user("bob")?);
        let first = key(&ada, "seats-1")?.is(200)?;
        let uid = |answer: &Answer| anyhow::Ok(answer.json()?["uid"].as_u64());
        let path = format!("/v1/tokens/{}/renew", first.text_at("/issuanceId")?);
        let renewed = ada.post(&path, &json!({}))?.is(200)?;
        for same in ["uid", "channel", "appId"] {
            assert_eq!(renewed.json()?[same], first.json()?[same], "{same}");
        }
        assert_ne!(renewed.text_at("/token")?, first.text_at("/token")?);
        let neutral = ada.post("/v1/tokens", &json!({ "roomId": "seats-1" }))?.is(200)?;
        assert_eq!(uid(&neutral)?, uid(&first)?);
        let numbers = [
            uid(&first)?,
            uid(&key(&bob, "seats-1")?.is(200)?)?,
            uid(&key(&ada, "seats-2")?.is(200)?)?,
        ];
        assert_eq!(BTreeSet::from(numbers).len(), 3, "{numbers:?}");
        // Neither a removal nor a new start of the desk gives the number to anybody else.
        server.run(&["member", "remove", "seats-1", "ada"])?;
        key(&ada, "seats-1")?.is_problem(403, "not-allowed")?;
        server.run(&["member", "add", "seats-1", "ada", "--role", "subscriber"])?;
        assert_eq!(uid(&key(&ada, "seats-1")?.is(200)?)?, uid(&first)?);
        Ok(())
    })
}

fn each_device_has_a_number_where_the_room_says_so(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, agora, |server| {
        room(server, "seats-d", "seats", &["--per-device"])?;
        let ada = server.user("ada")?;
        let on = |device: &str| -> anyhow::Result<Value> {
            let body = json!({ "roomId": "seats-d", "deviceId": device });
            Ok(ada.post("/agora/token", &body)?.is(200)?.json()?["uid"].clone())
        };
        let (phone, desktop) = (on("phone")?, on("desktop")?);
        assert_ne!(phone, desktop);
        assert_eq!(on("phone")?, phone);
        key(&ada, "seats-d")?.is_problem(422, "device-required")?;
        Ok(())
    })
}

fn accounts_are_texts_only_where_the_room_says_so(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_with(kind, agora, |server| {
        room(server, "seats-s", "seats", &["--string-accounts"])?;
        let answer = key(&server.user("ada")?, "seats-s")?.is(200)?;
        let body = answer.json()?;
        assert_eq!(body.get("uid"), None);
        let account = answer.text_at("/account")?;
        assert!(account.starts_with("user-"), "{account}");
        assert_eq!(read(&judge, &answer)?["services"][0]["uid"], account.as_str());
        let (_, inspected) = inspect(server, &answer.text_at("/token")?)?;
        assert_eq!(inspected["identity"], account.as_str());
        // A room of another vendor has texts anyway.
        let refused = ["room", "add", "texts", "--provider", "stage", "--string-accounts"];
        server.try_run(&refused, "")?.failed(1, "texts anyway")?;
        Ok(())
    })
}

fn messaging_is_granted_on_request_where_the_profile_has_it(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    let settings = |desk: &roomkey_tests::Desk| {
        agora(desk)?;
        let file = ("certificate_file", "\"agora.secret\"");
        let app_id = format!("{APP_ID:?}");
        profile(desk, "quiet", &[("kind", "\"agora\""), ("app_id", &app_id), file])?;
        room(desk, "quiet-1", "quiet", &[])
    };
    on_with(kind, settings, |server| {
        let ada = server.user("ada")?;
        let with = |room: &str| json!({ "roomId": room, "messaging": true });
        let answer = ada.post("/agora/token", &with("seats-1"))?.is(200)?;
        let identity = answer.text_at("/identity")?;
        assert_eq!(answer.text_at("/rtmUserId")?, identity, "never the number of a room");
        let services = read(&judge, &answer)?["services"].clone();
        assert_eq!(services.as_array().map(Vec::len), Some(2));
        let rtm = json!({ "type": 2, "privileges": { "1": 300 }, "userId": identity });
        assert_eq!(services[1], rtm);
        assert_eq!(Log::export(server)?.last("token.issued")?["messaging"], true);
        // Who does not ask gets none, and a renewal is like the key before.
        assert_eq!(key(&ada, "seats-1")?.is(200)?.json()?.get("rtmUserId"), None);
        let path = format!("/v1/tokens/{}/renew", answer.text_at("/issuanceId")?);
        assert_eq!(ada.post(&path, &json!({}))?.is(200)?.text_at("/rtmUserId")?, identity);
        for room in ["quiet-1", "stage-1"] {
            let refused = ada.post("/v1/tokens", &with(room))?;
            refused.is_problem(422, "inexpressible-grant")?;
        }
        Ok(())
    })
}

fn what_agora_cannot_say_is_refused_and_never_bent(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, agora, |server| {
        let ada = server.user("ada")?;
        server.run(&["member", "add", "seats-1", "bob", "--role", "publisher_only"])?;
        let refused = key(&server.user("bob")?, "seats-1")?;
        refused.is_problem(422, "inexpressible-grant")?;
        assert_eq!(Log::export(server)?.last("token.denied")?["reason"], "inexpressible");
        for field in ["uid", "channel", "role", "expire", "identity", "account"] {
            let body = json!({ "roomId": "seats-1", field: 1 });
            ada.post("/agora/token", &body)?.is_problem(400, "unknown-field")?;
        }
        key(&ada, "*")?.is_problem(422, "invalid-value")?;
        key(&ada, "")?.is_problem(422, "invalid-value")?;
        for seconds in [86_401_i64, 1_795_000_000, 1_795_000_000_000, -1, 0, 4_294_967_297] {
            let body = json!({ "roomId": "seats-1", "ttlSeconds": seconds });
            assert_eq!(ada.post("/agora/token", &body)?.status, 422, "{seconds}");
        }
        // One more character than fits with the number of a meeting behind it.
        let (fits, long) = ("x".repeat(55), "x".repeat(56));
        server.run(&["room", "add", &fits, "--provider", "seats"])?;
        server.try_run(&["room", "add", &long, "--provider", "seats"], "")?.failed(1, "55")?;
        server
            .try_run(&["room", "add", "dids", "--provider", "seats", "--with-did"], "")?
            .failed(1, "DID")?;
        // A key of another vendor's path.
        key(&ada, "stage-1")?.is_problem(403, "not-allowed")?;
        ada.key("seats-1")?.is_problem(403, "not-allowed")?;
        Ok(())
    })
}

fn a_meeting_has_a_channel_of_its_own(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_with(kind, agora, |server| {
        let ada = server.user("ada")?;
        let before = key(&ada, "seats-1")?.is(200)?;
        server.run(&["meeting", "start", "seats-1"])?;
        let after = key(&ada, "seats-1")?.is(200)?;
        assert_eq!(after.text_at("/channel")?, "seats-1~1");
        assert_eq!(read(&judge, &after)?["services"][0]["channel"], "seats-1~1");
        assert_eq!(before.json()?["uid"], after.json()?["uid"]);
        server.run(&["meeting", "end", "seats-1"])?;
        assert_eq!(key(&ada, "seats-1")?.is(200)?.text_at("/channel")?, "seats-1");
        Ok(())
    })
}

fn the_desk_reads_its_keys_back_and_finds_their_entries(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, agora, |server| {
        let answer = key(&server.user("ada")?, "seats-1")?.is(200)?;
        let (token, body) = (answer.text_at("/token")?, answer.json()?);
        let (status, read) = inspect(server, &token)?;
        assert_eq!((status, &read["verified"]), (0, &json!(true)));
        let uid = body["uid"].to_string();
        for (field, value) in [
            ("provider", "agora"),
            ("profile", "seats"),
            ("keyId", APP_ID),
            ("room", "seats-1"),
            ("identity", uid.as_str()),
        ] {
            assert_eq!(read[field], value, "{field}");
        }
        assert_eq!((&read["expiresAt"], &read["expired"]), (&body["expiresAt"], &json!(false)));
        let traced = server.run_with(&["audit", "trace", "--json"], &token)?.json()?;
        assert!(traced.to_string().contains(&answer.text_at("/issuanceId")?), "{traced}");
        let half: String = token.chars().take(token.len() / 2).collect();
        for bad in [half.as_str(), "007", "007AAAA", &token.replace("007", "006")] {
            let said = server.try_run(&["token", "inspect"], bad)?;
            assert_eq!(said.status, 1, "{bad}: {said:?}");
        }
        Ok(())
    })
}
