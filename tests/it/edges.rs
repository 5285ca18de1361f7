//! What the framework's defaults get wrong, at the real server.

use std::time::{Duration, Instant};

use roomkey_tests::raw::{Raw, status};
use roomkey_tests::scene::{on, on_with};
use roomkey_tests::{Kind, Server};
use serde_json::json;

on_both! {
    a_body_that_is_not_declared_as_json_is_415,
    a_body_over_64_kib_is_413_whether_it_says_so_or_not,
    other_methods_are_405_with_allow,
    unknown_paths_are_404_problems,
    health_answers_get_and_head,
    a_slow_body_is_ended_by_the_deadline_and_healthy_clients_are_served,
    requests_that_do_not_follow_http_are_refused_without_a_desync,
    what_a_client_says_of_host_and_address_is_not_believed,
}

fn a_body_that_is_not_declared_as_json_is_415(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let body = br#"{"roomId":"stage-1"}"#;
        for kind in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=iso-8859-1",
            "application/jsonp",
            "application/problem+json",
            "text/json",
            "nonsense",
        ] {
            let answer = ada.request("POST", "/livekit/token").body(kind, body).send()?;
            let answer = answer.is_problem(415, "unsupported-media-type");
            answer.map_err(|error| error.context(format!("content type {kind:?}")))?;
        }
        for kind in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;charset=UTF-8",
        ] {
            ada.request("POST", "/livekit/token").body(kind, body).send()?.is(200)?;
        }
        let encoded = ada.request("POST", "/livekit/token").header("Content-Encoding", "gzip");
        encoded.body("application/json", body).send()?.is_problem(415, "unsupported-media-type")?;
        Ok(())
    })
}

fn a_body_over_64_kib_is_413_whether_it_says_so_or_not(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let padded = |bytes: usize| {
            let body = r#"{"roomId":"stage-1"}"#;
            format!("{body}{}", " ".repeat(bytes - body.len()))
        };
        let send = |bytes: usize| {
            ada.request("POST", "/livekit/token")
                .body("application/json", padded(bytes).as_bytes())
                .send()
        };
        send(64 * 1024)?.is(200)?;
        send(64 * 1024 + 1)?.is_problem(413, "payload-too-large")?;
        let mut chunked = head(server, "POST", "/livekit/token", ada.bearer());
        chunked += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut raw = Raw::connect(server.address())?;
        raw.send(chunked.as_bytes())?;
        let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
        for _ in 0..20 {
            // The desk may close before it has read everything.
            if raw.send(chunk.as_bytes()).is_err() {
                break;
            }
        }
        drop(raw.send(b"0\r\n\r\n"));
        assert_eq!(status(&raw.read_to_close()?), Some(413));
        Ok(())
    })
}

/// The start of a request whose connection closes after the answer.
fn head(server: &Server, method: &str, path: &str, bearer: &str) -> String {
    let host = server.address();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\n"
    )
}

fn other_methods_are_405_with_allow(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let root = server.admin()?;
        for (path, allowed) in [
            ("/livekit/token", "POST"),
            ("/livekit/token-source", "POST"),
            ("/v1/tokens", "POST"),
            ("/v1/login", "POST"),
            ("/v1/logout", "POST"),
            ("/v1/me", "GET"),
            ("/v1/me/password", "PUT"),
            ("/v1/audit/events", "GET"),
            ("/livez", "GET"),
        ] {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
                let answer = root.request(method, path).send()?;
                if method == allowed {
                    assert_ne!(answer.status, 405, "{method} {path}");
                    continue;
                }
                let answer = answer.is_problem(405, "method-not-allowed")?;
                let allow = answer.header("allow").to_owned();
                assert!(allow.split(", ").any(|one| one == allowed), "{method} {path}: {allow:?}");
            }
        }
        Ok(())
    })
}

fn unknown_paths_are_404_problems(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for path in [
            "/",
            "/v1",
            "/v1/nothing",
            "/livekit/token/",
            "/.git/config",
            "/metrics",
            "/debug",
            "//livez",
        ] {
            for client in [server.anonymous(), server.admin()?] {
                client
                    .get(path)?
                    .is_problem(404, "not-found")
                    .map_err(|error| error.context(path))?;
            }
        }
        Ok(())
    })
}

fn health_answers_get_and_head(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for path in ["/livez", "/readyz", "/healthz"] {
            let answer = server.anonymous().get(path)?.is(200)?;
            assert!(!answer.body.is_empty());
            let head = server.anonymous().request("HEAD", path).send()?.is(200)?;
            assert!(head.body.is_empty(), "{path}");
        }
        let metrics = roomkey_tests::Client::new(server.metrics_url()).get("/metrics")?.is(200)?;
        assert!(metrics.text().contains("roomkey_"), "{}", metrics.text());
        Ok(())
    })
}

fn a_slow_body_is_ended_by_the_deadline_and_healthy_clients_are_served(
    kind: Kind,
) -> anyhow::Result<()> {
    on_with(
        kind,
        |desk| desk.set("server", "request_timeout_seconds", "3"),
        |server| {
            let ada = server.user("ada")?;
            let mut slow = Raw::connect(server.address())?;
            let mut request = head(server, "POST", "/livekit/token", ada.bearer());
            request += "Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"roomId\"";
            let start = Instant::now();
            slow.send(request.as_bytes())?;
            let mut silent = Raw::connect(server.address())?;
            silent.send(b"POST /livekit/token HTTP/1.1\r\nHost: x\r\nX-Slow: ")?;
            for _ in 0..20 {
                ada.key("stage-1")?.is(200)?;
            }
            let answer = slow.read_to_close()?;
            assert_eq!(status(&answer), Some(408), "{answer}");
            assert!(answer.contains("application/problem+json"), "{answer}");
            let took = start.elapsed();
            assert!(Duration::from_secs(2) < took && took < Duration::from_secs(6), "{took:?}");
            let answer = silent.read_to_close()?;
            assert!([Some(408), None].contains(&status(&answer)), "{answer}");
            assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
            Ok(())
        },
    )
}

fn requests_that_do_not_follow_http_are_refused_without_a_desync(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (host, bearer) = (server.address(), server.user("ada")?);
        let start = head(server, "POST", "/livekit/token", bearer.bearer());
        let json = "Content-Type: application/json\r\n";
        let body = "{\"roomId\":\"stage-1\"}";
        let smuggled =
            format!("{start}{json}Content-Length: 20\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        let lengths =
            format!("{start}{json}Content-Length: 20\r\nContent-Length: 21\r\n\r\n{body}");
        let hosts = format!("{start}{json}Host: evil.example\r\nContent-Length: 20\r\n\r\n{body}");
        let many = format!(
            "{start}{}\r\n",
            (0..200).fold(String::new(), |text, n| text + &format!("X-{n}: 1\r\n"))
        );
        let large = format!("{start}X-Large: {}\r\n\r\n", "x".repeat(200_000));
        for (request, refused) in [
            (smuggled, 400),
            (lengths, 400),
            (hosts, 400),
            (many, 431),
            ("nonsense\r\n\r\n".to_owned(), 400),
            (format!("GET /livez HTTP/9.9\r\nHost: {host}\r\n\r\n"), 400),
        ] {
            let answer = Raw::exchange(host, request.as_bytes())?;
            let shown: String = request.chars().take(200).collect();
            assert_eq!(status(&answer), Some(refused), "{shown}: {answer}");
        }
        // The desk closes before it has read all of this, which may cut off its own answer.
        if let Ok(answer) = Raw::exchange(host, large.as_bytes()) {
            assert!(matches!(status(&answer), None | Some(431)), "{answer}");
        }
        server.user("ada")?.key("stage-1")?.is(200)?;
        Ok(())
    })
}

fn what_a_client_says_of_host_and_address_is_not_believed(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let request = ada.request("POST", "/livekit/token").json(&json!({ "roomId": "stage-1" }));
        let request =
            request.header("X-Forwarded-Host", "evil.example").header("Host", "evil.example");
        let request =
            request.header("X-HTTP-Method-Override", "DELETE").header("X-User-ID", "root");
        let answer = request.header("X-Forwarded-For", "6.6.6.6").send()?.is(200)?;
        assert!(!answer.text().contains("evil.example"));
        assert!(answer.headers.values().all(|value| !value.as_bytes().ends_with(b"evil.example")));
        assert!(!server.said()?.contains("6.6.6.6"));
        Ok(())
    })
}
