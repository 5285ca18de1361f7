//! Logging in and the life of a session.

use std::collections::BTreeSet;

use anyhow::Context;
use roomkey_tests::scene::{desk, on, on_with};
use roomkey_tests::{Answer, Desk, Kind, Log};
use serde_json::{Value, json};

on_both! {
    a_login_gives_an_opaque_session,
    no_such_user_a_wrong_password_and_a_disabled_user_look_alike,
    an_unknown_user_costs_the_same_work,
    logout_ends_the_session_and_no_other,
    a_password_change_ends_every_other_session,
    disabling_a_user_ends_its_sessions_and_enabling_does_not_bring_them_back,
    an_ended_session_stays_ended_over_a_restart,
    failed_logins_are_limited_and_successes_are_not,
    failed_logins_are_recorded_by_address_prefix_and_never_by_name,
}

fn a_login_gives_an_opaque_session(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let answer = server.anonymous().try_login("ada", &server.password("ada"))?.is(200)?;
        let body = answer.json()?;
        let token = answer.text_at("/token")?;
        assert!(token.starts_with("rks_") && token.len() > 30, "{}", token.len());
        assert_eq!(body.as_object().context("an object")?.len(), 3, "{body}");
        assert!(body["expiresAt"].is_string() && body["idleExpiresAt"].is_string());
        assert_eq!(answer.header("cache-control"), "no-store");
        let me = server.anonymous().with_bearer(&token).get("/v1/me")?.is(200)?.json()?;
        assert_eq!(me["username"], "ada");
        let log = Log::export(server)?;
        let entry = log.last("session.started")?;
        assert_eq!(entry.get("token"), None);
        Ok(())
    })
}

/// Everything of an answer that a client can see, but the id of the request and the time.
fn visible(answer: &Answer) -> anyhow::Result<String> {
    let mut body = answer.json()?;
    body["requestId"] = Value::Null;
    let mut headers = Vec::new();
    for (name, value) in &answer.headers {
        if !["x-request-id", "date", "content-length"].contains(&name.as_str()) {
            headers.push(format!("{name}: {}", value.to_str()?));
        }
    }
    headers.sort();
    Ok(format!("{} {headers:?} {body}", answer.status))
}

fn no_such_user_a_wrong_password_and_a_disabled_user_look_alike(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["user", "disable", "bob"])?;
        let (anonymous, mut answers) = (server.anonymous(), BTreeSet::new());
        for (username, password) in [
            ("nobody-here", "winding river stones"),
            ("ada", "winding river stones"),
            ("bob", "winding river stones"),
            ("bob", &server.password("bob")),
            ("not a username!", "winding river stones"),
        ] {
            let answer = anonymous.try_login(username, password)?;
            answers.insert(visible(&answer.is_problem(401, "invalid-credentials")?)?);
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
        Ok(())
    })
}

fn an_unknown_user_costs_the_same_work(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let hashes = || -> anyhow::Result<f64> {
            let metrics =
                roomkey_tests::Client::new(server.metrics_url()).get("/metrics")?.is(200)?;
            let text = metrics.text();
            let line = text.lines().find(|line| line.starts_with("roomkey_password_verif"));
            let line = line.with_context(|| format!("no counter of hashes: {text}"))?;
            Ok(line.rsplit(' ').next().unwrap_or_default().parse()?)
        };
        for username in ["ada", "nobody-here"] {
            let before = hashes()?;
            server.anonymous().try_login(username, "winding river stones")?.is(401)?;
            let counted = hashes()? - before;
            assert!((counted - 1.0).abs() < f64::EPSILON, "{username}: {counted}");
        }
        Ok(())
    })
}

fn logout_ends_the_session_and_no_other(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (one, other) = (server.login("ada")?, server.login("ada")?);
        one.request("POST", "/v1/logout").send()?.is(204)?;
        one.get("/v1/me")?.is_problem(401, "invalid-token")?;
        one.key("stage-1")?.is_problem(401, "invalid-token")?;
        other.key("stage-1")?.is(200)?;
        Ok(())
    })
}

fn a_password_change_ends_every_other_session(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (one, other) = (server.login("ada")?, server.login("ada")?);
        let (old, new) = (server.password("ada"), "another winding river of stones");
        let change = |current: &str, new: &str| {
            one.put("/v1/me/password", &json!({ "currentPassword": current, "newPassword": new }))
        };
        change("winding river stones", new)?.is_problem(401, "invalid-credentials")?;
        other.get("/v1/me")?.is(200)?;
        change(&old, new)?.is(204)?;
        other.get("/v1/me")?.is_problem(401, "invalid-token")?;
        other.key("stage-1")?.is_problem(401, "invalid-token")?;
        server.anonymous().try_login("ada", &old)?.is_problem(401, "invalid-credentials")?;
        server.anonymous().try_login("ada", new)?.is(200)?;
        Ok(())
    })
}

fn disabling_a_user_ends_its_sessions_and_enabling_does_not_bring_them_back(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.login("ada")?;
        ada.key("stage-1")?.is(200)?;
        server.run(&["user", "disable", "ada"])?;
        ada.key("stage-1")?.is_problem(401, "invalid-token")?;
        ada.get("/v1/me")?.is(401)?;
        server.run(&["user", "enable", "ada"])?;
        ada.key("stage-1")?.is_problem(401, "invalid-token")?;
        server.login("ada")?.key("stage-1")?.is(200)?;
        Ok(())
    })
}

fn an_ended_session_stays_ended_over_a_restart(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    let (ended, kept) = (server.login("ada")?, server.login("ada")?);
    ended.request("POST", "/v1/logout").send()?.is(204)?;
    let server = server.stop()?.serve()?;
    server.anonymous().with_bearer(ended.bearer()).get("/v1/me")?.is(401)?;
    server.anonymous().with_bearer(kept.bearer()).get("/v1/me")?.is(200)?;
    Log::export(&server)?.check()
}

fn failed_logins_are_limited_and_successes_are_not(kind: Kind) -> anyhow::Result<()> {
    let strict = |desk: &Desk| {
        desk.set("login", "address_burst", "5")?;
        desk.set("login", "address_per_minute", "1")
    };
    on_with(kind, strict, |server| {
        for _ in 0..8 {
            server.login("ada")?;
        }
        let mut statuses = Vec::new();
        let mut last = None;
        for number in 0..8 {
            let name = format!("nobody-{number}");
            // Whatever a client says of where it comes from is not believed.
            let anonymous = server.anonymous();
            let body = json!({ "username": name, "password": "winding river stones" });
            let request = anonymous.request("POST", "/v1/login").json(&body);
            let request = request.header("X-Forwarded-For", &format!("203.0.113.{number}"));
            let request = request.header("Forwarded", &format!("for=198.51.100.{number}"));
            let answer = request.header("X-Real-IP", &format!("192.0.2.{number}")).send()?;
            statuses.push(answer.status);
            last = Some(answer);
        }
        assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
        let last = last.context("an answer")?.is_problem(429, "too-many-logins")?;
        assert!(0 < last.header("retry-after").parse::<u32>()?, "{}", last.header("retry-after"));
        Ok(())
    })
}

fn failed_logins_are_recorded_by_address_prefix_and_never_by_name(
    kind: Kind,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    for _ in 0..3 {
        server.anonymous().try_login("someone-secret", "winding river stones")?.is(401)?;
    }
    // What is aggregated is written when the minute ends, or at the stop.
    let desk = server.stop()?;
    let log = Log::export(&desk)?;
    let count: u64 =
        log.of_kind("login.failed").iter().filter_map(|entry| entry["count"].as_u64()).sum();
    assert_eq!(count, 3);
    let entry = log.last("login.failed")?;
    assert_eq!(entry["by"], json!({ "type": "address", "prefix": "127.0.0.0/24" }));
    let whole = log.lines().iter().map(|line| line.entry.to_string()).collect::<String>();
    assert!(!whole.contains("someone-secret"));
    log.check()
}
