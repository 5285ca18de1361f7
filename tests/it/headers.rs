//! Headers of every answer.

use roomkey_tests::scene::on;
use roomkey_tests::{Answer, Kind};
use serde_json::json;

on_both! {
    every_answer_says_that_it_is_kept_and_framed_by_nobody,
    a_request_id_is_taken_over_only_if_it_is_one,
    documents_are_there,
}

fn every_answer_says_that_it_is_kept_and_framed_by_nobody(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, anonymous) = (server.user("ada")?, server.anonymous());
        let answers: Vec<Answer> = vec![
            ada.key("stage-1")?.is(200)?,
            ada.key("*")?.is(422)?,
            ada.key("elsewhere")?.is(403)?,
            ada.get("/v1/me")?.is(200)?,
            ada.get("/v1/audit/events")?.is(403)?,
            anonymous.key("stage-1")?.is(401)?,
            anonymous.get("/nothing")?.is(404)?,
            anonymous.request("DELETE", "/livekit/token").send()?.is(405)?,
            anonymous.get("/livez")?.is(200)?,
            anonymous.try_login("ada", "winding river stones")?.is(401)?,
        ];
        for answer in answers {
            let shown = format!("{} {:?}", answer.status, answer.headers);
            assert_eq!(answer.header("cache-control"), "no-store", "{shown}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{shown}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{shown}");
            assert!(
                answer.header("content-security-policy").contains("frame-ancestors 'none'"),
                "{shown}"
            );
            assert!(!answer.header("x-request-id").is_empty(), "{shown}");
            assert!(answer.header("vary").contains("Origin"), "{shown}");
            assert_eq!(answer.header("server"), "", "{shown}");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{shown}");
        }
        Ok(())
    })
}

fn a_request_id_is_taken_over_only_if_it_is_one(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let send = |id: &str| {
            let request =
                ada.request("POST", "/livekit/token").json(&json!({ "roomId": "stage-1" }));
            request.header("X-Request-Id", id).send()
        };
        assert_eq!(send("trace-7.a_B")?.is(200)?.header("x-request-id"), "trace-7.a_B");
        let long = "x".repeat(65);
        let huge = "x".repeat(10_000);
        for bad in
            ["a b", "a\tb", "{\"level\":\"info\"}", "../x", "%0a", long.as_str(), huge.as_str(), ""]
        {
            let answer = send(bad)?;
            assert!(answer.status == 200 || answer.status == 431, "{}", answer.status);
            assert_ne!(answer.header("x-request-id"), bad);
        }
        Ok(())
    })
}

fn documents_are_there(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let api = server.anonymous().get("/openapi.json")?.is(200)?.json()?;
        assert!(api["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
        for path in [
            "/v1/login",
            "/livekit/token",
            "/livekit/token-source",
            "/v1/tokens",
            "/v1/audit/events",
        ] {
            assert!(api["paths"][path].is_object(), "{path} is not described");
        }
        let docs = server.anonymous().get("/docs")?.is(200)?;
        assert!(
            docs.header("content-type").starts_with("text/html; charset=utf-8"),
            "{:?}",
            docs.headers
        );
        assert!(docs.header("content-security-policy").contains("frame-ancestors 'none'"));
        Ok(())
    })
}
