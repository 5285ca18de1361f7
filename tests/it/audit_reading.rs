//! Pages that can be read again, kept and compared.

use anyhow::Context;
use roomkey_tests::scene::on;
use roomkey_tests::{Kind, Server, wait};
use serde_json::{Value, json};

on_both! {
    a_page_at_a_size_stays_the_same_while_the_log_grows,
    a_page_below_the_checkpoint_has_a_tag_and_is_not_sent_twice,
    every_pair_of_conditions_goes_together,
}

fn indexes(body: &Value) -> Vec<u64> {
    let page = body["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    page.iter().filter_map(|entry| entry["index"].as_u64()).collect()
}

fn size(server: &Server) -> anyhow::Result<u64> {
    let answer = server.user("audrey")?.get("/v1/audit/events?limit=1")?.is(200)?;
    Ok(answer.header("audit-size").parse()?)
}

fn a_page_at_a_size_stays_the_same_while_the_log_grows(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, audrey) = (server.user("ada")?, server.user("audrey")?);
        for _ in 0..3 {
            ada.key("stage-1")?.is(200)?;
        }
        let at = size(server)?;
        let read = |query: &str| -> anyhow::Result<Vec<u64>> {
            let mut path = format!("/v1/audit/events?at={at}&limit=3&{query}");
            let mut found = Vec::new();
            loop {
                let body = audrey.get(&path)?.is(200)?.json()?;
                found.extend(indexes(&body));
                ada.key("stage-1")?.is(200)?;
                let Some(next) = body["next"].as_str() else { return Ok(found) };
                path = format!("/v1/audit/events?at={at}&limit=3&{query}&cursor={next}");
            }
        };
        for query in ["kind=token.issued", "user=ada", "order=asc", "room=stage-1&order=asc"] {
            let first = read(query)?;
            assert_eq!(read(query)?, first, "{query}");
            assert!(!first.is_empty() && first.iter().all(|index| *index < at), "{query}");
        }
        assert_eq!(read("order=asc")?, (0..at).collect::<Vec<_>>());
        assert_eq!(read("")?, (0..at).rev().collect::<Vec<_>>());
        let json = server.json(&["audit", "query", "--at", &at.to_string(), "--limit", "1000"])?;
        assert_eq!(indexes(&json), (0..at).rev().collect::<Vec<_>>());
        let future = audrey.get(&format!("/v1/audit/events?at={}", at + 1_000_000))?;
        let problem = future.is_problem(422, "invalid-value")?.json()?;
        assert_eq!(problem["errors"][0]["pointer"], "/at");
        for bad in ["at=-1", "at=x", "at=", "at=9223372036854775808"] {
            let problem = audrey.get(&format!("/v1/audit/events?{bad}"))?;
            let problem = problem.is_problem(422, "invalid-value")?.json()?;
            assert_eq!(problem["errors"][0]["pointer"], "/at", "{bad}");
        }
        // A cursor belongs to its size.
        let page = audrey.get(&format!("/v1/audit/events?at={at}&limit=1"))?.is(200)?.json()?;
        let cursor = page["next"].as_str().context("a cursor")?;
        audrey
            .get(&format!("/v1/audit/events?limit=1&cursor={cursor}"))?
            .is_problem(422, "bad-cursor")?;
        Ok(())
    })
}

fn a_page_below_the_checkpoint_has_a_tag_and_is_not_sent_twice(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, audrey) = (server.user("ada")?, server.user("audrey")?);
        ada.key("stage-1")?.is(200)?;
        let at = size(server)?;
        let path = format!("/v1/audit/events?at={at}&kind=token.issued");
        let signed = wait::until("the checkpoint covers the page", wait::SOON, || {
            let answer = audrey.get(&path)?.is(200)?;
            let signed: u64 = answer.header("audit-checkpoint-size").parse()?;
            if signed < at {
                assert_eq!(
                    (answer.header("etag"), answer.header("cache-control")),
                    ("", "no-store")
                );
                return Ok(None);
            }
            Ok(Some(answer))
        })?;
        let tag = signed.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 20, "{tag}");
        let kept = signed.header("cache-control");
        assert!(kept.starts_with("private, max-age=") && kept.ends_with(", immutable"), "{kept}");
        assert_eq!(signed.header("audit-min-index"), "0");
        ada.key("stage-1")?.is(200)?;
        for known in [tag.clone(), format!("\"x\", {tag}"), format!("W/{tag}")] {
            let again = audrey.request("GET", &path).header("If-None-Match", &known).send()?;
            let again = again.is(304)?;
            assert_eq!((again.header("etag"), again.body.len()), (tag.as_str(), 0), "{known}");
        }
        let other = audrey.request("GET", &path).header("If-None-Match", "\"x\"").send()?;
        assert_eq!(other.is(200)?.header("etag"), tag);
        // Another question, another tag; what new entries can change has none.
        let wider = audrey.get(&format!("/v1/audit/events?at={at}"))?.is(200)?;
        assert_ne!(wider.header("etag"), tag);
        let open = audrey.get("/v1/audit/events?kind=token.issued")?.is(200)?;
        assert_eq!((open.header("etag"), open.header("cache-control")), ("", "no-store"));
        // A full page from the beginning cannot change either, but nobody said at which size it was read.
        let first = audrey.get("/v1/audit/events?order=asc&limit=2")?.is(200)?;
        assert!(first.header("etag").len() > 20, "{:?}", first.headers);
        assert_eq!(first.header("cache-control"), "private, no-cache");
        // Where the name of a user in it is gone, it is another page.
        assert_eq!(open.json()?["data"][0]["user"], json!("ada"));
        Ok(())
    })
}

fn every_pair_of_conditions_goes_together(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, audrey) = (server.user("ada")?, server.user("audrey")?);
        let body = json!({ "roomId": "stage-1", "sceneId": "s", "eventId": "e" });
        ada.post("/livekit/token", &body)?.is(200)?;
        server.user("bob")?.key("stage-1")?.is(403)?;
        let all = audrey.get("/v1/audit/events?limit=1000")?.is(200)?.json()?;
        let at = all["data"][0]["index"].as_u64().context("an index")? + 1;
        let conditions = [
            ("user=ada", "user", "ada"),
            ("room=stage-1", "room", "stage-1"),
            ("scene=s", "scene", "s"),
            ("event=e", "event", "e"),
            ("provider=livekit", "provider", "livekit"),
            ("outcome=denied", "outcome", "denied"),
            ("outcome=issued", "outcome", "issued"),
            ("reason=not_a_member", "reason", "not_a_member"),
            ("kind=session.started", "kind", "session.started"),
            ("address=127.0.0.0/24", "address", "127.0.0.0/24"),
            ("address=2001:db8:1::/48", "address", "2001:db8:1::/48"),
        ];
        for (one, name, value) in conditions {
            for (other, second, wanted) in conditions {
                let query = if name == second && value == wanted {
                    one.to_owned()
                } else if name == second {
                    continue;
                } else {
                    format!("{one}&{other}")
                };
                let expected: Vec<u64> = all["data"]
                    .as_array()
                    .context("a list")?
                    .iter()
                    .filter(|entry| entry[name] == value && entry[second] == wanted)
                    .filter_map(|entry| entry["index"].as_u64())
                    .collect();
                let path = format!("/v1/audit/events?{query}&at={at}&limit=1000");
                let found = indexes(&audrey.get(&path)?.is(200)?.json()?);
                assert_eq!(found, expected, "{query}");
            }
        }
        let by_address = server.json(&["audit", "query", "--address", "127.0.0.0/24"])?;
        assert!(by_address.to_string().contains("session.started"), "{by_address}");
        for bad in ["192.0.2.7", "192.0.2.7/24", "192.0.2.0/16", "2001:DB8:1::/48"] {
            let problem = audrey.get(&format!("/v1/audit/events?address={bad}"))?;
            let problem = problem.is_problem(422, "invalid-value")?.json()?;
            assert_eq!(problem["errors"][0]["pointer"], "/address", "{bad}");
        }
        Ok(())
    })
}
