//! SIGHUP: lifetimes and provider keys are read again.

use roomkey_tests::scene::{desk, on};
use roomkey_tests::{Kind, Log, Server, token, wait};
use serde_json::json;

on_both! {
    new_lifetimes_are_recorded_and_in_force,
    keys_are_rotated_and_retired,
    settings_that_make_no_sense_change_nothing,
    a_node_with_another_policy_is_not_ready_and_says_so,
}

/// Sends the signal and waits for the entry that it leads to.
pub(crate) fn reload(server: &Server) -> anyhow::Result<()> {
    let policies = || anyhow::Ok(Log::export(server)?.of_kind("policy.set").len());
    let before = policies()?;
    server.signal("HUP")?;
    wait::until("a new policy", wait::SOON, || Ok((before < policies()?).then_some(())))
}

fn new_lifetimes_are_recorded_and_in_force(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let ask = |seconds: u32| {
            ada.post("/livekit/token", &json!({ "roomId": "stage-1", "ttlSeconds": seconds }))
        };
        ask(3600)?.is(200)?;
        server.set("lifetime", "max_seconds", "900")?;
        ask(3600)?.is(200)?;
        reload(server)?;
        ask(3600)?.is_problem(422, "lifetime-out-of-bounds")?;
        ask(900)?.is(200)?;
        let log = Log::export(server)?;
        let entry = log.last("policy.set")?;
        assert_eq!(entry["policy"]["lifetime"]["max"], 900);
        assert_eq!(entry["by"]["type"], "system");
        assert!(!entry.to_string().contains(server.secret()));
        server.anonymous().get("/readyz")?.is(200)?;
        Ok(())
    })
}

fn keys_are_rotated_and_retired(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let new = roomkey_tests::place::random_hex(48);
        server.write_private("new.secret", &new)?;
        server.unset("providers.stage", "key")?;
        server.unset("providers.stage", "secret_file")?;
        let set = |old: &str, new: &str| {
            let key = |id: &str, file: &str, state: &str| {
                format!("{{ id = \"{id}\", secret_file = \"{file}.secret\", state = \"{state}\" }}")
            };
            let keys = [key("APIstage", "livekit", old), key("APInew", "new", new)];
            server.set("providers.stage", "keys", &format!("[{}]", keys.join(", ")))
        };
        let old_key = ada.key("stage-1")?.is(200)?.text_at("/token")?;
        set("active", "active")?;
        reload(server)?;
        let key = ada.key("stage-1")?.is(200)?.text_at("/token")?;
        assert_eq!(token::decode(&key, &new)?["iss"], "APInew", "the newest active key signs");
        set("active", "retired")?;
        reload(server)?;
        let key = ada.key("stage-1")?.is(200)?.text_at("/token")?;
        assert_eq!(token::decode(&key, server.secret())?["iss"], "APIstage");
        set("retired", "retired")?;
        reload(server)?;
        ada.key("stage-1")?.is_problem(503, "no-usable-key")?;
        server.anonymous().get("/readyz")?.is_problem(503, "not-ready")?;
        set("retired", "active")?;
        reload(server)?;
        ada.key("stage-1")?.is(200)?;
        // What a retired key signed can still be traced.
        let traced = server.run_with(&["audit", "trace", "--json"], &old_key)?.json()?;
        assert!(traced.to_string().contains("\"verified\":true"), "{traced}");
        Ok(())
    })
}

fn settings_that_make_no_sense_change_nothing(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        server.set("lifetime", "max_seconds", "10")?;
        server.signal("HUP")?;
        wait::until("a word about it", wait::SOON, || {
            Ok(server.said()?.contains("max").then_some(()))
        })?;
        ada.post("/livekit/token", &json!({ "roomId": "stage-1", "ttlSeconds": 3600 }))?.is(200)?;
        // The command line refuses these settings too.
        server.unset("lifetime", "max_seconds")?;
        assert_eq!(Log::export(server)?.of_kind("policy.set").len(), 1);
        Ok(())
    })
}

fn a_node_with_another_policy_is_not_ready_and_says_so(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    server.anonymous().get("/readyz")?.is(200)?;
    // Another node, with newer settings, on the same database.
    server.set("lifetime", "max_seconds", "1800")?;
    let mut second = server.command(&["serve"])?;
    let mut second =
        second.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn()?;
    let seen = wait::until("not ready", wait::SOON, || {
        let answer = server.anonymous().get("/readyz")?;
        Ok((answer.status == 503).then_some(answer))
    });
    roomkey_tests::cli::kill(&mut second);
    let answer = seen?.is_problem(503, "not-ready")?;
    assert!(answer.text().contains("policy"), "{}", answer.text());
    Log::export(&server)?.check()
}
