//! Pages of other origins: exactly those of the settings, and the handler runs for no other.

use roomkey_tests::scene::{desk, on_with};
use roomkey_tests::{Answer, Client, Desk, Kind, Log};
use serde_json::json;

on_both! {
    an_origin_that_is_not_on_the_list_is_403_and_its_handler_does_not_run,
    an_allowed_origin_is_echoed_on_answers_and_on_errors,
    preflights_tell_what_an_allowed_page_may_send,
    without_a_list_no_origin_is_allowed,
    two_origins_are_none,
}

const ALLOWED: &str = "https://app.example.org";

/// SECURITY.md, case 26.
const REFUSED: [&str; 14] = [
    "https://evil.example",
    "null",
    "https://app.example.org.evil.example",
    "https://evilapp.example.org",
    "https://badapp.example.org",
    "http://app.example.org",
    "https://app.example.org:8443",
    "https://app.example.org.",
    "https://app.example.org/",
    "https://APP.example.org",
    "HTTPS://app.example.org",
    "https://sub.app.example.org",
    "*",
    "",
];

fn allow(desk: &Desk) -> anyhow::Result<()> {
    desk.set("cors", "allowed_origins", &format!("[{ALLOWED:?}]"))
}

fn key_from(client: &Client, origin: &str) -> anyhow::Result<Answer> {
    let request = client.request("POST", "/livekit/token").json(&json!({ "roomId": "stage-1" }));
    request.header("Origin", origin).send()
}

fn an_origin_that_is_not_on_the_list_is_403_and_its_handler_does_not_run(
    kind: Kind,
) -> anyhow::Result<()> {
    on_with(kind, allow, |server| {
        let ada = server.user("ada")?;
        for origin in REFUSED {
            let answer = key_from(&ada, origin)?.is_problem(403, "origin-not-allowed");
            let answer = answer.map_err(|error| error.context(format!("origin {origin:?}")))?;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{origin}");
            assert!(answer.header("vary").contains("Origin"), "{origin}");
        }
        let log = Log::export(server)?;
        assert!(log.issuances().is_empty() && log.of_kind("token.denied").is_empty());
        Ok(())
    })
}

fn an_allowed_origin_is_echoed_on_answers_and_on_errors(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, allow, |server| {
        let (ada, bob, anonymous) = (server.user("ada")?, server.user("bob")?, server.anonymous());
        for (client, status) in [(&ada, 200), (&bob, 403), (&anonymous, 401)] {
            let answer = key_from(client, ALLOWED)?.is(status)?;
            assert_eq!(answer.header("access-control-allow-origin"), ALLOWED);
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            assert!(answer.header("vary").contains("Origin"));
        }
        let missing =
            anonymous.request("GET", "/nothing").header("Origin", ALLOWED).send()?.is(404)?;
        assert_eq!(missing.header("access-control-allow-origin"), ALLOWED);
        Ok(())
    })
}

fn preflights_tell_what_an_allowed_page_may_send(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, allow, |server| {
        let ask = |origin: &str| {
            let anonymous = server.anonymous();
            let request = anonymous.request("OPTIONS", "/livekit/token").header("Origin", origin);
            let request = request.header("Access-Control-Request-Method", "POST");
            request.header("Access-Control-Request-Headers", "authorization, content-type").send()
        };
        let answer = ask(ALLOWED)?.is(204)?;
        assert_eq!(answer.header("access-control-allow-origin"), ALLOWED);
        assert!(answer.header("access-control-allow-methods").contains("POST"));
        let headers = answer.header("access-control-allow-headers").to_lowercase();
        assert!(headers.contains("authorization") && headers.contains("content-type"), "{headers}");
        for origin in REFUSED {
            let answer = ask(origin)?.is_problem(403, "origin-not-allowed")?;
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
        Ok(())
    })
}

fn without_a_list_no_origin_is_allowed(kind: Kind) -> anyhow::Result<()> {
    on_with(
        kind,
        |_| Ok(()),
        |server| {
            let ada = server.user("ada")?;
            for origin in [ALLOWED, "http://localhost:3000", server.url()] {
                key_from(&ada, origin)?.is_problem(403, "origin-not-allowed")?;
            }
            ada.key("stage-1")?.is(200)?;
            Ok(())
        },
    )
}

fn two_origins_are_none(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, allow, |server| {
        let ada = server.user("ada")?;
        let request = ada.request("POST", "/livekit/token").json(&json!({ "roomId": "stage-1" }));
        let request = request.header("Origin", ALLOWED).header("Origin", "https://evil.example");
        request.send()?.is_problem(403, "origin-not-allowed")?;
        Ok(())
    })
}

#[test]
fn a_list_that_allows_everybody_is_refused_at_start() -> anyhow::Result<()> {
    for origins in [
        "[\"*\"]",
        "[\"https://*.example.org\"]",
        "[\"https://app.example.org/path\"]",
        "[\"null\"]",
    ] {
        let desk = desk(Kind::Sqlite)?;
        desk.set("cors", "allowed_origins", origins)?;
        desk.try_run(&["config", "check"], "")?.failed(1, "allowed_origins")?;
    }
    Ok(())
}
