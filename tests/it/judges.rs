//! LiveKit's own SDKs read our keys back.

use anyhow::Context;
use roomkey_tests::judges::Judge;
use roomkey_tests::scene::on;
use roomkey_tests::{Kind, Server, token};
use serde_json::{Value, json};

on_both! {
    the_server_sdk_for_node_reads_every_permission,
    the_server_sdk_for_python_reads_every_permission,
    the_client_sdk_fetches_from_the_token_source,
}

const ROLES: [&str; 4] = ["subscriber", "publisher", "publisher_only", "moderator"];

/// A key of each role, as lines for the judges, with the claims that they should find.
fn keys(server: &Server) -> anyhow::Result<(String, Vec<Value>)> {
    let (mut input, mut expected) = (String::new(), Vec::new());
    for role in ROLES {
        server.run(&["member", "add", "stage-1", "bob", "--role", role, "--event", "night"])?;
        let body = json!({ "roomId": "stage-1", "eventId": "night" });
        let key = server.user("bob")?.post("/livekit/token", &body)?.is(200)?.text_at("/token")?;
        expected.push(token::decode(&key, server.secret())?);
        input += &json!({ "token": key, "key": "APIstage", "secret": server.secret() }).to_string();
        input.push('\n');
        // What is altered or signed by somebody else is refused by the same judges.
        let altered = token::alter(&key, |claims| claims["video"]["roomAdmin"] = true.into())?;
        for (token, secret) in
            [(altered, server.secret()), (key, "another secret of more than 32 bytes")]
        {
            input += &json!({ "token": token, "key": "APIstage", "secret": secret }).to_string();
            input.push('\n');
        }
    }
    Ok((input, expected))
}

/// The answers for good keys; those for bad ones are checked here.
fn good(answers: Vec<Value>) -> Vec<Value> {
    assert_eq!(answers.len(), 3 * ROLES.len());
    for bad in answers.chunks(3).flat_map(|three| &three[1..]) {
        assert!(bad["error"].is_string(), "a bad key was accepted: {bad}");
    }
    let good: Vec<Value> = answers.into_iter().step_by(3).collect();
    assert!(good.iter().all(|answer| answer.get("error").is_none()), "{good:?}");
    good
}

fn the_server_sdk_for_node_reads_every_permission(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on(kind, |server| {
        let (input, expected) = keys(server)?;
        for (read, claims) in good(judge.ask("livekit.mjs", &[], &input)?).iter().zip(&expected) {
            for name in ["sub", "jti", "nbf", "exp", "metadata", "video"] {
                assert_eq!(read[name], claims[name], "{name}");
            }
        }
        Ok(())
    })
}

fn the_server_sdk_for_python_reads_every_permission(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::python()? else { return Ok(()) };
    on(kind, |server| {
        let (input, expected) = keys(server)?;
        for (read, claims) in good(judge.ask("livekit.py", &[], &input)?).iter().zip(&expected) {
            assert_eq!(
                (&read["identity"], &read["metadata"]),
                (&claims["sub"], &claims["metadata"])
            );
            let video = claims["video"].as_object().context("grants")?;
            for (name, value) in video {
                assert_eq!(&read["video"][snake(name)], value, "{name} in {read}");
            }
        }
        Ok(())
    })
}

/// `canPublishData` as Python spells it.
fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, letter| {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
        text
    })
}

fn the_client_sdk_fetches_from_the_token_source(kind: Kind) -> anyhow::Result<()> {
    let Some(judge) = Judge::node()? else { return Ok(()) };
    on(kind, |server| {
        let url = format!("{}/livekit/token-source", server.url());
        let ada = server.user("ada")?;
        let answers = judge.ask("token-source.mjs", &[&url, "-", "stage-1"], ada.bearer())?;
        let answer = answers.last().context("an answer")?;
        assert_eq!(answer["serverUrl"], "wss://rtc.example.org", "{answer}");
        let key = answer["participantToken"].as_str().context("a key")?;
        assert_eq!(token::decode(key, server.secret())?["video"]["room"], "stage-1");
        let bob = server.user("bob")?;
        let refused = judge.ask("token-source.mjs", &[&url, "-", "stage-1"], bob.bearer())?;
        let error =
            refused.last().context("an answer")?["error"].as_str().unwrap_or_default().to_owned();
        assert!(error.contains("403") && error.contains("not-allowed"), "{error}");
        Ok(())
    })
}
