//! Tokens that Agora's own package made: the desk's command reads them and names what it would never issue.

use anyhow::Context;
use roomkey_claims::{Clock, SystemClock, Timestamp};
use roomkey_tests::Kind;
use roomkey_tests::judges::Judge;
use roomkey_tests::scene::on_with;
use serde_json::{Value, json};

use crate::vendors::{APP_ID, CERTIFICATE, agora, ask, inspect};

on_both! {
    tokens_of_agoras_package_are_read_and_verified,
    a_wildcard_that_somebody_else_signed_is_called_one,
}

/// Another certificate, or the same one in another case, which is another one too.
const OTHERS: [&str; 2] = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"];

/// A token of 15 minutes that the package made.
fn made(judge: &Judge, with: &str, certificate: &str, rest: &Value) -> anyhow::Result<String> {
    let question = json!({
        "do": "make", "with": with, "appId": APP_ID, "certificate": certificate, "arguments": rest,
    });
    let made = ask(judge, "agora.mjs", &question)?;
    Ok(made["token"].as_str().with_context(|| made.to_string())?.to_owned())
}

/// What the package is asked for, and what the desk's command should read: room, identity, services, publish.
fn table() -> Vec<(&'static str, Value, [Value; 4])> {
    let (rtc, rtm, chat) = (json!("rtc"), json!("rtm"), json!("chat"));
    vec![
        (
            "RtcTokenBuilder.buildTokenWithUid",
            json!(["seats-1", 42, 1, 900, 900]),
            [json!("seats-1"), json!("42"), json!([rtc]), json!(true)],
        ),
        (
            "RtcTokenBuilder.buildTokenWithUid",
            json!(["seats-1", 42, 2, 900, 900]),
            [json!("seats-1"), json!("42"), json!([rtc]), json!(false)],
        ),
        (
            "RtcTokenBuilder.buildTokenWithUserAccount",
            json!(["a room", "alice@example.org", 1, 900, 900]),
            [json!("a room"), json!("alice@example.org"), json!([rtc]), json!(true)],
        ),
        (
            "RtcTokenBuilder.buildTokenWithRtm",
            json!(["seats-1", "alice", 1, 900, 900]),
            [json!("seats-1"), json!("alice"), json!([rtc, rtm]), json!(true)],
        ),
        (
            "RtmTokenBuilder.buildToken",
            json!(["alice", 900]),
            [Value::Null, json!("alice"), json!([rtm]), Value::Null],
        ),
        (
            "ChatTokenBuilder.buildUserToken",
            json!(["alice", 900]),
            [Value::Null, Value::Null, json!([chat]), Value::Null],
        ),
        (
            "ChatTokenBuilder.buildAppToken",
            json!([900]),
            [Value::Null, Value::Null, json!([chat]), Value::Null],
        ),
        (
            "EducationTokenBuilder.buildRoomUserToken",
            json!(["class", "alice", 2, 900]),
            [Value::Null, json!("alice"), Value::Null, Value::Null],
        ),
    ]
}

fn tokens_of_agoras_package_are_read_and_verified(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_with(kind, agora, |desk| {
        for (with, rest, [room, identity, services, publish]) in table() {
            let before = SystemClock.now().as_seconds();
            let token = made(&judge, with, CERTIFICATE, &rest)?;
            let (status, read) = inspect(desk, &token)?;
            assert_eq!((status, &read["verified"]), (0, &json!(true)), "{with}: {read}");
            let said = (&read["provider"], &read["profile"], &read["keyId"]);
            assert_eq!(said, (&json!("agora"), &json!("seats"), &json!(APP_ID)), "{with}");
            assert_eq!((&read["room"], &read["identity"]), (&room, &identity), "{with}");
            assert_eq!(read["permissions"]["publish"], publish, "{with}");
            let seconds = |name: &str| -> anyhow::Result<i64> {
                Ok(Timestamp::parse(read[name].as_str().context("a time")?)?.as_seconds())
            };
            assert_eq!(seconds("expiresAt")?, seconds("issuedAt")? + 900, "{with}");
            assert!(before <= seconds("issuedAt")?, "{with}");
            assert_eq!((&read["expired"], &read["issuanceId"]), (&json!(false), &Value::Null));
            let names: Vec<_> = read["claims"]["services"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|service| service["service"].clone())
                .collect();
            if services.is_array() {
                assert_eq!(json!(names), services, "{with}");
            } else {
                assert!(1 < names.len(), "{with}: {names:?}");
            }
            for other in OTHERS {
                let token = made(&judge, with, other, &rest)?;
                let (status, read) = inspect(desk, &token)?;
                assert_eq!((status, &read["verified"]), (1, &json!(false)), "{with}: {read}");
                assert_eq!(read["room"], room, "read all the same");
            }
        }
        Ok(())
    })
}

fn a_wildcard_that_somebody_else_signed_is_called_one(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on_with(kind, agora, |desk| {
        for (with, rest, is_wildcard) in [
            ("RtcTokenBuilder.buildTokenWithUid", json!(["seats-1", 0, 1, 900, 900]), true),
            ("RtcTokenBuilder.buildTokenWithUserAccount", json!(["*", "*", 1, 900, 900]), true),
            ("RtcTokenBuilder.buildTokenWithUid", json!(["seats-1", 7, 1, 900, 900]), false),
        ] {
            let token = made(&judge, with, CERTIFICATE, &rest)?;
            let (status, read) = inspect(desk, &token)?;
            assert_eq!((status, &read["claims"]["wildcard"]), (0, &json!(is_wildcard)), "{read}");
            let said = desk.run_with(&["token", "inspect"], &token)?.stdout.to_lowercase();
            assert_eq!(said.contains("anybody"), is_wildcard, "{said}");
        }
        Ok(())
    })
}
