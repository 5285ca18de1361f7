//! The log as it grows.

use std::time::{Duration, Instant};

use anyhow::Context;
use roomkey_tests::scene::{desk, on};
use roomkey_tests::{Client, Kind, Log};
use serde_json::Value;

on_both! {
    a_tail_beside_writers_misses_no_entry_and_repeats_none,
    a_tail_waits_for_what_it_looks_for_and_no_longer,
    a_tail_may_wait_longer_than_other_requests_and_ends_with_the_server,
    what_a_tail_cannot_mean_is_refused_with_the_name_of_the_parameter,
}

/// Most time that an answer may take beyond what it may wait.
const MARGIN: Duration = Duration::from_secs(8);

fn tail(client: &Client, query: &str) -> anyhow::Result<(Vec<u64>, String)> {
    let answer = client.get(&format!("/v1/audit/tail?{query}"))?.is(200)?;
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json()?;
    let page = body["data"].as_array().context("a list")?;
    let next = body["next"].as_str().context("next is always there")?.to_owned();
    assert!(answer.header("link").contains(&next), "{}", answer.header("link"));
    Ok((page.iter().filter_map(|entry| entry["index"].as_u64()).collect(), next))
}

fn a_tail_beside_writers_misses_no_entry_and_repeats_none(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let audrey = server.user("audrey")?;
        let (ada, bob) = (server.user("ada")?, server.user("bob")?);
        let (mut found, mut next) = tail(&audrey, "after=0&limit=7")?;
        let issued = std::thread::scope(|scope| -> anyhow::Result<Vec<u64>> {
            let write = |client: Client, room: &'static str| {
                scope.spawn(move || -> anyhow::Result<Vec<u64>> {
                    let mut issued = Vec::new();
                    for _ in 0..40 {
                        let answer = client.key(room)?.is(200)?;
                        issued.push(answer.header("audit-index").parse()?);
                    }
                    Ok(issued)
                })
            };
            let writers = [write(ada.clone(), "stage-1"), write(ada, "lobby"), write(bob, "lobby")];
            let until = Instant::now() + Duration::from_secs(50);
            let mut issued = Vec::new();
            let mut writers = Vec::from(writers);
            loop {
                let (more, after) = tail(&audrey, &format!("cursor={next}&limit=7&wait=2"))?;
                let is_quiet = more.is_empty();
                found.extend(more);
                next = after;
                if is_quiet && writers.iter().all(|writer| writer.is_finished()) {
                    break;
                }
                assert!(Instant::now() < until, "{} entries so far", found.len());
            }
            for writer in writers.drain(..) {
                let done = writer.join().map_err(|_| anyhow::anyhow!("a writer panicked"))?;
                issued.extend(done?);
            }
            Ok(issued)
        })?;
        let last = *found.last().context("entries")?;
        assert_eq!(found, (1..=last).collect::<Vec<_>>());
        assert!(issued.len() == 120 && issued.iter().all(|index| found.contains(index)));
        let read = Log::export(server)?.of_kind("audit.read").len();
        assert_eq!(read, 1, "a tail that goes on is one entry");
        Ok(())
    })
}

fn a_tail_waits_for_what_it_looks_for_and_no_longer(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (audrey, bob) = (server.user("audrey")?, server.user("bob")?);
        let began = Instant::now();
        let (found, next) = tail(&audrey, "outcome=denied")?;
        assert!(found.is_empty() && began.elapsed() < MARGIN);
        let (found, next) = tail(&audrey, &format!("outcome=denied&cursor={next}&wait=1"))?;
        assert!(found.is_empty() && Duration::from_secs(1) <= began.elapsed());
        std::thread::scope(|scope| -> anyhow::Result<()> {
            let waiting: Vec<_> = (0..40)
                .map(|_| {
                    let (audrey, next) = (audrey.clone(), next.clone());
                    scope.spawn(move || {
                        tail(&audrey, &format!("outcome=denied&cursor={next}&wait=25"))
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(600));
            // Whoever waits holds nothing that others need.
            let began = Instant::now();
            bob.key("lobby")?.is(200)?;
            audrey.get("/v1/audit/events?limit=1")?.is(200)?;
            assert!(began.elapsed() < MARGIN, "{:?}", began.elapsed());
            let denied = bob.key("stage-1")?.is(403)?;
            drop(denied);
            for tail in waiting {
                let answer = tail.join().map_err(|_| anyhow::anyhow!("a tail panicked"))?;
                assert_eq!(answer?.0.len(), 1);
            }
            assert!(began.elapsed() < MARGIN, "{:?}", began.elapsed());
            Ok(())
        })
    })
}

fn a_tail_may_wait_longer_than_other_requests_and_ends_with_the_server(
    kind: Kind,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    desk.set("server", "request_timeout_seconds", "3")?;
    let server = desk.serve()?;
    let audrey = server.user("audrey")?;
    let began = Instant::now();
    let (found, next) = tail(&audrey, "outcome=denied&wait=5")?;
    assert!(found.is_empty() && Duration::from_secs(5) <= began.elapsed());
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let waiting =
            scope.spawn(|| tail(&audrey, &format!("outcome=denied&cursor={next}&wait=30")));
        std::thread::sleep(Duration::from_millis(700));
        let began = Instant::now();
        server.stop()?;
        assert!(began.elapsed() < MARGIN, "{:?}", began.elapsed());
        let answer = waiting.join().map_err(|_| anyhow::anyhow!("the tail panicked"))?;
        assert!(answer?.0.is_empty());
        Ok(())
    })
}

fn what_a_tail_cannot_mean_is_refused_with_the_name_of_the_parameter(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let (audrey, root) = (server.user("audrey")?, server.admin()?);
        for (bad, pointer) in [
            ("limit=0", "/limit"),
            ("limit=2147483648", "/limit"),
            ("wait=31", "/wait"),
            ("wait=-1", "/wait"),
            ("after=-1", "/after"),
            ("after=1000000", "/after"),
            ("after=1&cursor=x", "/after"),
            ("room=%27", "/room"),
            ("reason=x", "/reason"),
        ] {
            let problem = audrey.get(&format!("/v1/audit/tail?{bad}"))?;
            let problem = problem.is_problem(422, "invalid-value")?.json()?;
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{bad}");
        }
        for bad in ["since=2027-01-01T00:00:00Z", "nonsense=1", "wait=1&wait=1"] {
            audrey.get(&format!("/v1/audit/tail?{bad}"))?.is_problem(400, "malformed-query")?;
        }
        let (_, next) = tail(&audrey, "room=lobby")?;
        let page = audrey.get("/v1/audit/events?limit=1&room=lobby&order=asc")?.is(200)?.json()?;
        for (client, query) in [
            (&audrey, format!("cursor={next}")),
            (&audrey, format!("room=stage-1&cursor={next}")),
            (&audrey, format!("room=lobby&cursor={next}A")),
            (&audrey, "room=lobby&cursor=".to_owned()),
            (&root, format!("room=lobby&cursor={next}")),
        ] {
            client.get(&format!("/v1/audit/tail?{query}"))?.is_problem(422, "bad-cursor")?;
        }
        // A cursor of pages is not one of a tail.
        let pages = audrey.get("/v1/audit/events?limit=1&order=asc")?.is(200)?.text_at("/next")?;
        audrey.get(&format!("/v1/audit/tail?cursor={pages}"))?.is_problem(422, "bad-cursor")?;
        assert_eq!(page["data"].as_array().map(Vec::len), Some(1), "{page}");
        assert_eq!(page["data"][0]["kind"], Value::from("room.added"));
        Ok(())
    })
}
