//! What becomes of a key when the provider, which has to make its session, fails; and recordings.

use std::time::{Duration, Instant};

use roomkey_tests::vendor::Failure;
use roomkey_tests::{Kind, Log, Server, Vendor, place, wait};
use serde_json::json;

use crate::opentok::key;
use crate::vendors::{on_vendor, opentok};

on_both! {
    answers_that_are_none_are_refused_and_nobody_gets_a_key,
    what_passes_is_tried_twice_and_each_attempt_is_recorded,
    a_provider_that_fails_or_never_answers_is_503_in_time,
    a_hanging_provider_delays_only_those_who_wait_for_it,
    a_provider_that_failed_is_spared_for_a_moment_and_then_asked_again,
    recordings_are_listed_and_deleted_by_recorded_calls,
}

/// Longer than any answer may take.
const LONGEST: Duration = Duration::from_secs(8);

/// A session of somebody else's project.
const FOREIGN: &str = "1_MX4xMjM0NTZ-fjE3MDAwMDAwMDAwMDB-YWJjREVGMDEyMzQ1Njc4OWFiY0RFRjAxfn4";

/// A new room, for whose sessions the vendor has not failed yet.
fn fresh(server: &Server) -> anyhow::Result<String> {
    let room = format!("call-{}", place::random_hex(8));
    server.run(&["room", "add", &room, "--provider", "call", "--open", "--role", "publisher"])?;
    Ok(room)
}

/// No key, no meeting, and as many calls as the vendor may see.
fn nothing_happened(
    server: &Server,
    vendor: &Vendor,
    room: &str,
    calls: usize,
) -> anyhow::Result<()> {
    assert_eq!(vendor.requests().len(), calls);
    let log = Log::export(server)?;
    assert!(log.of_kind("token.issued").iter().all(|entry| entry["room"] != room));
    assert!(log.of_kind("meeting.started").is_empty());
    assert_eq!(server.json(&["meeting", "list", room])?["data"], json!([]));
    Ok(())
}

fn answers_that_are_none_are_refused_and_nobody_gets_a_key(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        let slash = br#"[{"session_id":"1_MX4x/../../archive"}]"#.to_vec();
        let failures = [
            Failure::ForeignSession(FOREIGN.into()),
            Failure::Status(403),
            Failure::Status(400),
            Failure::Status(404),
            Failure::Body(b"]".to_vec()),
            Failure::Body(b"[]".to_vec()),
            Failure::Body(b"{}".to_vec()),
            Failure::Body(slash),
            Failure::Body(vec![b' '; 1024 * 1024 + 1]),
            Failure::Redirect(format!("{}/session/create", vendor.url())),
        ];
        for failure in failures {
            vendor.forget();
            vendor.fail(&failure, 1);
            let room = fresh(server)?;
            let start = Instant::now();
            let answer = key(&ada, &room)?.is_problem(502, "provider-refused")?;
            assert!(start.elapsed() < LONGEST);
            assert!(
                !answer.text().contains("Something went wrong"),
                "the vendor's words are for operators"
            );
            nothing_happened(server, vendor, &room, 1)?;
        }
        assert_eq!(Log::export(server)?.of_kind("provider.called").len(), 10);
        key(&ada, "call-1")?.is(200)?;
        Ok(())
    })
}

fn what_passes_is_tried_twice_and_each_attempt_is_recorded(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        for failure in [Failure::Status(500), Failure::Status(429), Failure::Close] {
            vendor.forget();
            vendor.fail(&failure, 1);
            key(&ada, "call-1")?.is(200)?;
            assert_eq!(vendor.requests().len(), 2);
            server.run(&["meeting", "end", "call-1"])?;
        }
        vendor.fail(&Failure::Late(Duration::from_secs(1)), 1);
        key(&ada, "call-1")?.is(200)?;
        let log = Log::export(server)?;
        let calls = log.of_kind("provider.called");
        let prints: std::collections::BTreeSet<_> =
            calls.iter().map(|call| call["fp"].as_str()).collect();
        assert_eq!((calls.len(), prints.len()), (7, 7), "no credential is used twice");
        Ok(())
    })
}

fn a_provider_that_fails_or_never_answers_is_503_in_time(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        for failure in [Failure::Hang, Failure::Status(503), Failure::Close] {
            vendor.forget();
            vendor.fail(&failure, 2);
            let room = fresh(server)?;
            let start = Instant::now();
            let answer = key(&ada, &room)?.is_problem(503, "provider-unavailable")?;
            assert!(start.elapsed() < LONGEST, "{:?}", start.elapsed());
            assert_ne!(answer.header("retry-after"), "");
            nothing_happened(server, vendor, &room, 2)?;
            // Other rooms do not wait.
            ada.key("stage-1")?.is(200)?;
        }
        Ok(())
    })
}

fn a_hanging_provider_delays_only_those_who_wait_for_it(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        vendor.fail(&Failure::Hang, 2);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| key(&ada, "call-1"));
            vendor.wait_for("the call", |_| true)?;
            let start = Instant::now();
            for _ in 0..20 {
                ada.key("stage-1")?.is(200)?;
            }
            assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
            let waiting = waiting.join().map_err(|_| anyhow::anyhow!("a panic"))?;
            waiting?.is_problem(503, "provider-unavailable")?;
            Ok(())
        })
    })
}

fn a_provider_that_failed_is_spared_for_a_moment_and_then_asked_again(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        vendor.fail(&Failure::Status(403), 1);
        for _ in 0..5 {
            key(&ada, "call-1")?.is_problem(502, "provider-refused")?;
        }
        assert_eq!(vendor.requests().len(), 1, "one failed call for all who join");
        key(&ada, &fresh(server)?)?.is(200)?;
        wait::until("it is asked again", wait::SOON, || {
            Ok((key(&ada, "call-1")?.status == 200).then_some(()))
        })?;
        assert_eq!(vendor.requests().len(), 3);
        Ok(())
    })
}

fn recordings_are_listed_and_deleted_by_recorded_calls(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let session = key(&server.user("ada")?, "call-1")?.is(200)?.text_at("/sessionId")?;
        let ids =
            ["available", "started", "uploaded"].map(|status| vendor.record(&session, status));
        vendor.forget();
        let listed = server.run(&["archive", "list", "--provider", "call", "--json"])?;
        assert!(
            !listed.stdout.contains("archives.example.org"),
            "whoever has the link has the recording"
        );
        let listed = listed.json()?;
        let shown: Vec<_> = listed["data"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| item["id"].clone())
            .collect();
        assert_eq!(json!(shown), json!([ids[2], ids[1], ids[0]]));
        assert_eq!(listed["data"][0]["sessionId"], session.as_str());
        let text = server.run(&["archive", "list", "--provider", "call"])?.stdout;
        assert!(text.contains(&ids[0]) && !text.contains("http"), "{text}");
        let page = server.json(&[
            "archive",
            "list",
            "--provider",
            "call",
            "--offset",
            "1",
            "--count",
            "1",
        ])?;
        assert_eq!(page["data"].as_array().map(Vec::len), Some(1));
        let delete =
            |id: &str| server.try_run(&["archive", "delete", "--provider", "call", id], "");
        delete(&ids[0])?.ok()?;
        assert_eq!(vendor.archives(), [ids[2].clone(), ids[1].clone()]);
        delete(&ids[0])?.ok()?;
        delete(&ids[1])?.failed(1, "409")?;
        let calls = vendor.requests().len();
        delete("../session/x")?.failed(1, "")?;
        assert_eq!(vendor.requests().len(), calls, "what is no id is sent nowhere");
        let refused = server.try_run(&["archive", "list", "--provider", "stage"], "")?;
        refused.failed(1, "no such operation")?;
        let log = Log::export(server)?;
        let recorded = log.of_kind("provider.called");
        assert_eq!(recorded.len(), calls + 1);
        assert_eq!(recorded[1]["by"]["type"], "console");
        Ok(())
    })
}
