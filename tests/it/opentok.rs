//! `POST /opentok/token`: keys for the session of a meeting, read without any of the desk's code.

use std::collections::BTreeMap;

use anyhow::Context;
use roomkey_claims::Timestamp;
use roomkey_tests::judges::Judge;
use roomkey_tests::opentok::{Token, decode};
use roomkey_tests::{Answer, Client, Desk, Kind, Log, Server, Vendor, place};
use serde_json::{Map, Value, json};

use crate::reload::reload;
use crate::vendors::{ask, inspect, on_vendor, opentok, room};

on_both! {
    both_formats_say_who_may_do_what_until_when_and_nothing_personal,
    a_key_has_the_shape_of_what_the_vendors_own_sdks_make,
    the_desk_reads_its_keys_and_those_of_the_sdks,
    no_key_lives_longer_than_the_settings_and_the_vendor_say,
    secrets_are_rotated_without_a_restart_and_each_entry_names_its_own,
}

/// Asks for a key of an OpenTok room.
pub(crate) fn key(client: &Client, room: &str) -> anyhow::Result<Answer> {
    client.post("/opentok/token", &json!({ "roomId": room }))
}

/// The key in an answer, its signature checked with the project's secret.
fn read(answer: &Answer, vendor: &Vendor) -> anyhow::Result<Token> {
    decode(&answer.text_at("/token")?, &vendor.credentials().secret)
}

/// A room `call-2` whose keys are in the vendor's older format.
fn both_formats(desk: &Desk, vendor: &Vendor) -> anyhow::Result<()> {
    opentok(desk, vendor)?;
    for (name, value) in [
        ("kind", "\"opentok\"".to_owned()),
        ("key", format!("{:?}", vendor.credentials().key)),
        ("secret_file", "\"opentok.secret\"".to_owned()),
        ("api_url", format!("{:?}", vendor.url())),
        ("format", "\"t1\"".to_owned()),
    ] {
        desk.set("providers.older", name, &value)?;
    }
    room(desk, "call-2", "older", &[])
}

fn both_formats_say_who_may_do_what_until_when_and_nothing_personal(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, both_formats, |server, vendor| {
        let bob = server.user("bob")?;
        for (room, is_older) in [("call-1", false), ("call-2", true)] {
            for (role, word) in [
                ("subscriber", "subscriber"),
                ("publisher", "publisher"),
                ("publisher_only", "publisheronly"),
                ("moderator", "moderator"),
            ] {
                server.run(&["member", "add", room, "bob", "--role", role, "--event", "night"])?;
                let body = json!({ "roomId": room, "eventId": "night", "ttlSeconds": 600 });
                let answer = bob.post("/opentok/token", &body)?.is(200)?;
                // Most SDKs write no scope into the older format.
                let scope = (!is_older).then_some("session.connect");
                let (token, body) = (read(&answer, vendor)?, answer.json()?);
                assert_eq!(answer.text_at("/token")?.starts_with("T1=="), is_older);
                assert_eq!((&token.role, token.scope.as_deref()), (&word.to_owned(), scope));
                assert_eq!(
                    (&body["apiKey"], &body["sessionId"]),
                    (&json!(token.project), &json!(token.session))
                );
                assert_eq!(token.project, vendor.credentials().key);
                assert!(vendor.sessions().contains(&token.session));
                assert_eq!(
                    token.data,
                    Some(answer.text_at("/issuanceId")?),
                    "opaque, and the way to the entry"
                );
                let expiry = token.expires.context("always with an expiry")?;
                assert_eq!(expiry - token.issued, 600);
                assert_eq!(Timestamp::parse(&answer.text_at("/expiresAt")?)?.as_seconds(), expiry);
                assert_eq!(token.layout, None);
                let all = serde_json::to_string(&token.claims)?;
                assert!(!all.contains("bob") && !all.contains("user-"), "{all}");
                let log = Log::export(server)?;
                let entry =
                    &log.issuance(&answer.text_at("/issuanceId")?).context("no entry")?.entry;
                assert_eq!(
                    (&entry["provider"], &entry["exp"]),
                    (&json!("opentok"), &json!(expiry))
                );
                assert_eq!(
                    (&entry["provider_room"], &entry["meeting"]),
                    (&json!(token.session), &json!(1))
                );
            }
        }
        Ok(())
    })
}

/// The names of claims with the kinds of their values.
fn shape(claims: &Map<String, Value>) -> BTreeMap<&str, &'static str> {
    let kind = |value: &Value| match value {
        Value::String(_) => "text",
        Value::Number(number) if number.is_f64() => "fraction",
        Value::Number(_) => "number",
        _ => "other",
    };
    claims.iter().map(|(name, value)| (name.as_str(), kind(value))).collect()
}

fn a_key_has_the_shape_of_what_the_vendors_own_sdks_make(kind: Kind) -> anyhow::Result<()> {
    let (Some(node), Some(python)) = (Judge::node()?, Judge::python()?) else { return Ok(()) };
    on_vendor(kind, both_formats, |server, vendor| {
        let known = vendor.credentials();
        for (room, t1) in [("call-1", false), ("call-2", true)] {
            let answer = key(&server.user("ada")?, room)?.is(200)?;
            let ours = read(&answer, vendor)?.claims;
            let question = json!({
                "do": "generateToken", "key": known.key, "secret": known.secret, "t1": t1,
                "sessionId": answer.text_at("/sessionId")?,
                "options": { "data": "x", "role": "publisher" },
            });
            for (judge, script) in [(&node, "opentok.mjs"), (&python, "opentok_judge.py")] {
                let theirs = ask(judge, script, &question)?;
                let theirs = decode(theirs["token"].as_str().context("a token")?, &known.secret)?;
                let (theirs, ours) = (shape(&theirs.claims), shape(&ours));
                for (name, kind) in &ours {
                    // Node's nonce is a fraction, everybody else's a whole number; T1 of Python has no scope.
                    let is_known = theirs.get(name).is_some_and(|theirs| theirs == kind);
                    assert!(is_known || ["nonce", "scope"].contains(name), "{name}: {theirs:?}");
                }
                let missing: Vec<_> =
                    theirs.keys().filter(|name| !ours.contains_key(*name)).collect();
                let may_miss = ["create_time", "expire_time", "initial_layout_class_list", "scope"];
                assert!(
                    missing.iter().all(|name| may_miss.contains(name)),
                    "{script}: {missing:?}"
                );
            }
        }
        Ok(())
    })
}

fn the_desk_reads_its_keys_and_those_of_the_sdks(kind: Kind) -> anyhow::Result<()> {
    let (Some(node), Some(python)) = (Judge::node()?, Judge::python()?) else { return Ok(()) };
    on_vendor(kind, both_formats, |server, vendor| {
        let known = vendor.credentials();
        for (room, t1) in [("call-1", false), ("call-2", true)] {
            let answer = key(&server.user("ada")?, room)?.is(200)?;
            let (token, session) = (answer.text_at("/token")?, answer.text_at("/sessionId")?);
            let (status, read) = inspect(server, &token)?;
            assert_eq!((status, &read["verified"]), (0, &json!(true)), "{read}");
            assert_eq!((&read["provider"], &read["room"]), (&json!("opentok"), &json!(session)));
            let body = answer.json()?;
            for field in ["issuanceId", "expiresAt"] {
                assert_eq!(read[field], body[field], "{field}");
            }
            assert_eq!(read["permissions"]["publish"], true);
            let traced = server.run_with(&["audit", "trace", "--json"], &token)?.json()?;
            assert!(traced.to_string().contains(&answer.text_at("/issuanceId")?), "{traced}");
            for (judge, script) in [(&node, "opentok.mjs"), (&python, "opentok_judge.py")] {
                for (secret, status) in [(known.secret.as_str(), 0), (&place::random_hex(40), 1)] {
                    let made = ask(
                        judge,
                        script,
                        &json!({
                            "do": "generateToken", "key": known.key, "secret": secret, "t1": t1,
                            "sessionId": session, "options": { "role": "moderator", "data": "a=b&c=Jö S" },
                        }),
                    )?;
                    let made = made["token"].as_str().context("a token")?;
                    let (said, read) = inspect(server, made)?;
                    assert_eq!((said, &read["verified"]), (status, &json!(status == 0)), "{read}");
                    assert_eq!(
                        (&read["room"], &read["permissions"]["moderate"]),
                        (&json!(session), &json!(true))
                    );
                    assert_eq!(read["issuanceId"], Value::Null, "none of ours");
                }
            }
        }
        // What the desk signs to call the vendor is a token like all others.
        let call = vendor.requests()[0].headers["x-opentok-auth"].clone();
        let (status, read) = inspect(server, &call)?;
        assert_eq!(
            (status, &read["provider"], &read["permissions"]),
            (0, &json!("opentok"), &Value::Null)
        );
        Ok(())
    })
}

fn no_key_lives_longer_than_the_settings_and_the_vendor_say(kind: Kind) -> anyhow::Result<()> {
    let settings = |desk: &Desk, vendor: &Vendor| {
        desk.set("lifetime", "max_seconds", "86400")?;
        opentok(desk, vendor)
    };
    on_vendor(kind, settings, |server, vendor| {
        let ada = server.user("ada")?;
        let ask = |seconds: i64| {
            ada.post("/opentok/token", &json!({ "roomId": "call-1", "ttlSeconds": seconds }))
        };
        for seconds in [86_401, 2_592_001, 1_795_000_000, 1_795_000_000_000, 0, -1] {
            assert_eq!(ask(seconds)?.status, 422, "{seconds}");
        }
        assert!(vendor.requests().is_empty(), "what is refused anyway starts no meeting");
        let token = read(&ask(86_400)?.is(200)?, vendor)?;
        assert_eq!(token.expires, Some(token.issued + 86_400));
        server.set("lifetime", "max_seconds", "2592001")?;
        server.try_run(&["config", "check"], "")?.failed(1, "2592000")?;
        server.set("lifetime", "max_seconds", "86400")
    })
}

/// Gives the project two secrets.
fn secrets(server: &Server, old: &str, new: &str) -> anyhow::Result<()> {
    let key = |id: &str, file: &str, state: &str| {
        format!("{{ id = \"{id}\", secret_file = \"{file}.secret\", state = \"{state}\" }}")
    };
    let keys = [key("spring", "opentok", old), key("autumn", "new", new)];
    server.set("providers.call", "keys", &format!("[{}]", keys.join(", ")))
}

fn secrets_are_rotated_without_a_restart_and_each_entry_names_its_own(
    kind: Kind,
) -> anyhow::Result<()> {
    let settings = |desk: &Desk, vendor: &Vendor| {
        opentok(desk, vendor)?;
        desk.unset("providers.call", "secret_file")?;
        let keys = "[{ id = \"spring\", secret_file = \"opentok.secret\", state = \"active\" }]";
        desk.set("providers.call", "keys", keys)
    };
    on_vendor(kind, settings, |server, vendor| {
        let ada = server.user("ada")?;
        let old = key(&ada, "call-1")?.is(200)?;
        assert_eq!(Log::export(server)?.last("provider.called")?["key"], "spring");
        let new = place::random_hex(40);
        server.write_private("new.secret", &new)?;
        secrets(server, "retired", "active")?;
        reload(server)?;
        let next = key(&ada, "call-1")?.is(200)?;
        decode(&next.text_at("/token")?, &new).context("the newest active one signs")?;
        assert!(read(&next, vendor).is_err());
        assert_eq!(next.json()?["sessionId"], old.json()?["sessionId"], "the meeting goes on");
        let log = Log::export(server)?;
        for (answer, id) in [(&old, "spring"), (&next, "autumn")] {
            let entry = &log.issuance(&answer.text_at("/issuanceId")?).context("no entry")?.entry;
            assert_eq!(entry["key"], id);
            let (status, read) = inspect(server, &answer.text_at("/token")?)?;
            assert_eq!((status, &read["keyId"], &read["profile"]), (0, &json!(id), &json!("call")));
        }
        secrets(server, "retired", "retired")?;
        reload(server)?;
        key(&ada, "call-1")?.is_problem(503, "no-usable-key")?;
        Ok(())
    })
}
