//! Proves on a real LiveKit server that keys of the desk open what they should and nothing else.
//!
//! `LIVEKIT_SERVER_BIN` names the server, `JUDGES_PYTHON` an interpreter with LiveKit's real-time client:
//! `cargo xtask e2e` gets both.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value without the key is null, which is compared"
)]
#![expect(clippy::print_stdout, reason = "a program that reports")]

use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use roomkey_claims::{Clock, SystemClock};
use roomkey_tests::judges::Judge;
use roomkey_tests::livekit::LiveKit;
use roomkey_tests::{Client, Desk, Kind, Log, Server, place, scene, token};
use serde_json::{Value, json};

/// LiveKit takes keys for so long past their expiry (`tokenLeeway` in github.com/livekit/protocol, `auth/verifier.go`).
const LEEWAY_SECONDS: i64 = 60;

/// The keys at LiveKit: the one that will be retired, and the one that replaces it.
struct Secrets {
    old: String,
    new: String,
}

fn main() -> anyhow::Result<()> {
    let secrets = Secrets { old: place::random_hex(48), new: place::random_hex(48) };
    let livekit = LiveKit::start(&[("APIold", &secrets.old), ("APInew", &secrets.new)])?;
    println!("LiveKit answers at {}", livekit.url());
    let desk = desk(&livekit, &secrets)?.serve()?;
    let ada = desk.user("ada")?;
    let rtc = Judge::python()?;

    let old = key(&ada, "stage-1", None)?;
    let elsewhere = key(&ada, "stage-2", None)?;

    let claims = token::decode(&old, &secrets.old)?;
    is_let_in(&livekit, "a member's key", &old)?;
    joins(rtc.as_ref(), &livekit, &old, &claims)?;

    let altered = token::alter(&old, |claims| claims["video"]["roomAdmin"] = true.into())?;
    is_refused(rtc.as_ref(), &livekit, "a key altered to more rights", &altered)?;
    another_room(rtc.as_ref(), &livekit, &elsewhere, &secrets)?;

    rotate(&desk)?;
    let new = key(&ada, "stage-1", None)?;
    let brief = key(&ada, "stage-1", Some(1))?;
    is_let_in(&livekit, "a key of the new secret", &new)?;
    is_let_in(&livekit, "a key of the old secret, while LiveKit still knows it", &old)?;
    token::decode(&new, &secrets.new).context("the desk signs with the new secret")?;
    let livekit = livekit.restart(&[("APInew", &secrets.new)])?;
    is_let_in(&livekit, "a key of the new secret, the old one removed", &new)?;
    is_refused(rtc.as_ref(), &livekit, "a key of the retired secret", &old)?;

    expires(rtc.as_ref(), &livekit, &brief, &secrets)?;
    Log::export(&desk)?.check()?;
    println!("the log of all that replays clean");
    Ok(())
}

/// A desk whose profile points at the server and signs with the old key.
fn desk(livekit: &LiveKit, secrets: &Secrets) -> anyhow::Result<Desk> {
    let desk = scene::desk(Kind::Sqlite)?;
    desk.write_private("old.secret", &secrets.old)?;
    desk.write_private("new.secret", &secrets.new)?;
    desk.set("lifetime", "min_seconds", "1")?;
    desk.set("providers.stage", "url", &format!("{:?}", livekit.url()))?;
    desk.unset("providers.stage", "key")?;
    desk.unset("providers.stage", "secret_file")?;
    desk.set("providers.stage", "keys", r#"[{ id = "APIold", secret_file = "old.secret" }]"#)?;
    desk.run(&["room", "add", "stage-2", "--provider", "stage"])?;
    desk.run(&["member", "add", "stage-2", "ada", "--role", "subscriber"])?;
    Ok(desk)
}

/// Retires the old key; the running desk reads its settings again.
fn rotate(desk: &Server) -> anyhow::Result<()> {
    let keys = r#"[
        { id = "APIold", secret_file = "old.secret", state = "retired" },
        { id = "APInew", secret_file = "new.secret" },
    ]"#;
    desk.set("providers.stage", "keys", keys)?;
    let policies = |desk: &Server| anyhow::Ok(Log::export(desk)?.of_kind("policy.set").len());
    let before = policies(desk)?;
    desk.signal("HUP")?;
    roomkey_tests::wait::until("the new policy", roomkey_tests::wait::SOON, || {
        Ok((before < policies(desk)?).then_some(()))
    })
}

fn key(ada: &Client, room: &str, seconds: Option<u32>) -> anyhow::Result<String> {
    let mut body = json!({ "roomId": room });
    if let Some(seconds) = seconds {
        body["ttlSeconds"] = seconds.into();
    }
    ada.post("/livekit/token", &body)?.is(200)?.text_at("/token")
}

fn is_let_in(livekit: &LiveKit, what: &str, key: &str) -> anyhow::Result<()> {
    livekit.validate(key)?.is(200).context(what.to_owned())?;
    livekit.validate_as_browser(key)?.is(200).context(what.to_owned())?;
    println!("let in   {what}");
    Ok(())
}

fn is_refused(rtc: Option<&Judge>, livekit: &LiveKit, what: &str, key: &str) -> anyhow::Result<()> {
    livekit.validate(key)?.is(401).context(what.to_owned())?;
    livekit.validate_as_browser(key)?.is(401).context(what.to_owned())?;
    if let Some(rtc) = rtc {
        let answer = join(rtc, livekit, key)?;
        if answer["connected"] != false {
            bail!("{what} joined a room: {answer}");
        }
    }
    println!("refused  {what}");
    Ok(())
}

/// The real-time client joins and is told what the claims say.
fn joins(rtc: Option<&Judge>, livekit: &LiveKit, key: &str, claims: &Value) -> anyhow::Result<()> {
    let Some(rtc) = rtc else { return Ok(()) };
    let answer = join(rtc, livekit, key)?;
    for (told, claimed) in [
        (&answer["connected"], &json!(true)),
        (&answer["identity"], &claims["sub"]),
        (&answer["room"], &claims["video"]["room"]),
        (&answer["metadata"], &claims["metadata"]),
    ] {
        if told != claimed {
            bail!("the claims say {claims}, LiveKit's client was told {answer}");
        }
    }
    println!("joined   room {} as {}", answer["room"], answer["identity"]);
    Ok(())
}

fn join(rtc: &Judge, livekit: &LiveKit, key: &str) -> anyhow::Result<Value> {
    let answers = rtc.ask("rtc.py", &[&livekit.url()], key)?;
    answers.into_iter().next_back().context("the real-time client says nothing")
}

/// A key for another room opens that one, and cannot be made to open this one.
fn another_room(
    rtc: Option<&Judge>,
    livekit: &LiveKit,
    key: &str,
    secrets: &Secrets,
) -> anyhow::Result<()> {
    let claims = token::decode(key, &secrets.old)?;
    if claims["video"]["room"] != "stage-2" {
        bail!("a key for stage-2 says {claims}");
    }
    joins(rtc, livekit, key, &claims)?;
    let moved = token::alter(key, |claims| claims["video"]["room"] = "stage-1".into())?;
    is_refused(rtc, livekit, "a key for another room, altered to this one", &moved)
}

/// A key that the desk issued for one second, once LiveKit's leeway is over too.
fn expires(
    rtc: Option<&Judge>,
    livekit: &LiveKit,
    key: &str,
    secrets: &Secrets,
) -> anyhow::Result<()> {
    let claims = token::decode(key, &secrets.new)?;
    is_let_in(livekit, "a key for one second, within LiveKit's leeway", key)?;
    let expiry = claims["exp"].as_i64().context("an expiry")?;
    let left = expiry + LEEWAY_SECONDS + 1 - SystemClock.now().as_seconds();
    println!("waiting  {left} s, as LiveKit takes keys for {LEEWAY_SECONDS} s past their expiry");
    thread::sleep(Duration::from_secs(u64::try_from(left).unwrap_or(0)));
    is_refused(rtc, livekit, "the same key, expired", key)
}
