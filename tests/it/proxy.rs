//! Behind a proxy that the settings name, its word about the client's address counts, and nobody else's.

use roomkey_tests::scene::{desk, on_with};
use roomkey_tests::{Client, Desk, Kind, Log};
use serde_json::json;

on_both! {
    the_right_most_address_that_is_no_proxy_is_the_client,
    the_address_is_recorded_truncated,
}

fn strict(desk: &Desk) -> anyhow::Result<()> {
    desk.set("login", "address_burst", "3")?;
    desk.set("login", "address_per_minute", "1")
}

fn fails_from(client: &Client, forwarded: &str) -> anyhow::Result<u16> {
    let body = json!({ "username": "nobody-here", "password": "winding river stones" });
    let request = client.request("POST", "/v1/login").json(&body);
    Ok(request.header("X-Forwarded-For", forwarded).send()?.status)
}

fn the_right_most_address_that_is_no_proxy_is_the_client(kind: Kind) -> anyhow::Result<()> {
    let behind = |desk: &Desk| {
        strict(desk)?;
        desk.set("server", "behind_proxy", "[\"127.0.0.1\", \"10.0.0.0/8\"]")
    };
    on_with(kind, behind, |server| {
        let anonymous = server.anonymous();
        for number in 0..5 {
            // What the client wrote itself stands further left and changes nothing.
            let forwarded = format!("198.51.100.{number}, 203.0.113.7, 10.1.2.3");
            let wanted = if number < 3 { 401 } else { 429 };
            assert_eq!(fails_from(&anonymous, &forwarded)?, wanted, "{number}");
        }
        assert_eq!(fails_from(&anonymous, "203.0.113.8")?, 401, "another client");
        Ok(())
    })
}

fn the_address_is_recorded_truncated(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    desk.set("server", "behind_proxy", "[\"127.0.0.1\"]")?;
    let server = desk.serve()?;
    fails_from(&server.anonymous(), "203.0.113.7")?;
    fails_from(&server.anonymous(), "2001:db8:1:2:3:4:5:6")?;
    let desk = server.stop()?;
    let log = Log::export(&desk)?;
    let mut prefixes: Vec<String> = log
        .of_kind("login.failed")
        .iter()
        .map(|entry| entry["by"]["prefix"].as_str().unwrap_or_default().to_owned())
        .collect();
    prefixes.sort();
    assert_eq!(prefixes, ["2001:db8:1::/48", "203.0.113.0/24"]);
    log.check()?;
    Ok(())
}
