//! The diagnostics: files that roll, one well-formed line an event, whatever a client sends.

use std::fs;

use anyhow::Context;
use roomkey_tests::scene::on_with;
use roomkey_tests::{Client, Desk, Kind, Server};
use serde_json::{Value, json};

on_both! {
    nothing_that_a_client_sends_makes_a_line_of_its_own,
    metrics_count_what_happens_without_names,
}

fn json_files(desk: &Desk) -> anyhow::Result<()> {
    desk.set("log", "folder", "\"logs\"")?;
    desk.set("log", "format", "\"json\"")?;
    desk.set("log", "level", "\"debug\"")
}

/// Every line of the log files.
fn lines(server: &Server) -> anyhow::Result<Vec<Value>> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(server.path("logs"))? {
        for line in fs::read_to_string(entry?.path())?.lines() {
            lines.push(serde_json::from_str(line).with_context(|| line.to_owned())?);
        }
    }
    Ok(lines)
}

fn nothing_that_a_client_sends_makes_a_line_of_its_own(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, json_files, |server| {
        let fake = "x\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}\n\u{1b}[31mred";
        server.anonymous().try_login(fake, fake)?.is(401)?;
        let ada = server.user("ada")?;
        ada.post("/livekit/token", &json!({ "roomId": fake }))?.is(422)?;
        ada.post("/livekit/token", &json!({ "roomId": "stage-1", fake: 1 }))?.is(400)?;
        ada.get("/%0a%7b%22level%22%3a%22ERROR%22%7d")?.is(404)?;
        ada.request("GET", "/nothing").header("User-Agent", "a\tb").send()?.is(404)?;
        let answer = ada.key("elsewhere")?.is(403)?;
        let id = answer.header("x-request-id").to_owned();
        let found = roomkey_tests::wait::until("the line", roomkey_tests::wait::SOON, || {
            let lines = lines(server)?;
            Ok(lines.iter().any(|line| line.to_string().contains(&id)).then_some(lines))
        })?;
        assert!(
            found.iter().all(|line| line["level"].is_string() && line["timestamp"].is_string())
        );
        assert!(found.iter().all(|line| line["level"] != "ERROR"), "{found:?}");
        assert!(found.iter().all(|line| !line.to_string().contains("forged")));
        Ok(())
    })
}

fn metrics_count_what_happens_without_names(kind: Kind) -> anyhow::Result<()> {
    on_with(
        kind,
        |_| Ok(()),
        |server| {
            server.user("ada")?.key("stage-1")?.is(200)?;
            server.user("bob")?.key("stage-1")?.is(403)?;
            server.anonymous().try_login("ada", "winding river stones")?.is(401)?;
            let text = Client::new(server.metrics_url()).get("/metrics")?.is(200)?.text();
            for name in ["roomkey_http_requests_total", "roomkey_http_request_duration_seconds"] {
                assert!(text.contains(name), "{name} is missing: {text}");
            }
            for personal in ["ada", "bob", "stage-1", "127.0.0.1"] {
                assert!(!text.contains(personal), "{personal}: {text}");
            }
            Ok(())
        },
    )
}
