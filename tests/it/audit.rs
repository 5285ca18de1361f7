//! Reading the log: filters, pages, entries, traces.

use std::collections::BTreeSet;

use anyhow::Context;
use roomkey_claims::{Clock, SystemClock, Timestamp};
use roomkey_tests::scene::{desk, on};
use roomkey_tests::{Kind, Log, Server, token};
use serde_json::{Value, json};

on_both! {
    filters_find_exactly_what_they_name,
    pages_follow_each_other_by_cursor_and_link,
    a_run_of_pages_is_one_entry,
    queries_that_make_no_sense_are_refused_in_bounded_time,
    a_cursor_belongs_to_its_filters_and_cannot_be_made_up,
    an_entry_is_found_by_its_index_its_id_and_its_issuance,
    a_leaked_token_is_traced_to_its_entry,
    the_command_line_asks_the_same,
    denials_beyond_ten_in_a_minute_are_aggregated_and_none_is_lost,
    indexes_are_gapless_and_the_ids_are_distinct,
}

/// Issues and denials of two users, three each; the issuances of ada, in their order.
fn some_entries(server: &Server) -> anyhow::Result<Vec<String>> {
    let (ada, bob) = (server.user("ada")?, server.user("bob")?);
    let mut issuances = Vec::new();
    for _ in 0..3 {
        issuances.push(ada.key("stage-1")?.is(200)?.text_at("/issuanceId")?);
        bob.key("lobby")?.is(200)?;
        bob.key("stage-1")?.is(403)?;
    }
    Ok(issuances)
}

fn events(server: &Server, query: &str) -> anyhow::Result<Vec<Value>> {
    let answer = server.user("audrey")?.get(&format!("/v1/audit/events?{query}"))?.is(200)?;
    Ok(answer.json()?["data"].as_array().context("a list")?.clone())
}

fn filters_find_exactly_what_they_name(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        some_entries(server)?;
        for (query, count) in [
            ("kind=token.issued", 6),
            ("outcome=issued", 6),
            ("outcome=denied", 3),
            ("reason=not_a_member", 3),
            ("reason=room_closed", 0),
            ("user=ada&outcome=issued", 3),
            ("user=bob&kind=token.denied", 3),
            ("user=bob&room=lobby&outcome=issued", 3),
            ("room=lobby&kind=token.issued&provider=livekit", 3),
            ("kind=token.issued&since=2100-01-01T00:00:00Z", 0),
            ("kind=token.issued&until=2020-01-01T00:00:00Z", 0),
            ("kind=token.issued&since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00%2B01:00", 6),
        ] {
            assert_eq!(events(server, query)?.len(), count, "{query}");
        }
        let entry = &events(server, "user=ada&outcome=issued")?[0];
        for field in ["index", "id", "issuanceId", "time", "kind", "outcome", "reason"] {
            assert!(entry.get(field).is_some(), "{field} is missing: {entry}");
        }
        assert_eq!((&entry["user"], &entry["room"]), (&json!("ada"), &json!("stage-1")));
        Ok(())
    })
}

fn pages_follow_each_other_by_cursor_and_link(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        some_entries(server)?;
        let audrey = server.user("audrey")?;
        let mut path = "/v1/audit/events?kind=token.issued&limit=4".to_owned();
        let mut found = Vec::new();
        loop {
            let answer = audrey.get(&path)?.is(200)?;
            let body = answer.json()?;
            let page = body["data"].as_array().context("a list")?;
            found.extend(page.iter().map(|entry| entry["index"].as_u64().unwrap_or(0)));
            // Entries that are added meanwhile do not disturb a run.
            server.user("ada")?.key("stage-1")?.is(200)?;
            let Some(next) = body["next"].as_str() else {
                assert_eq!(answer.header("link"), "");
                break;
            };
            let link = answer.header("link").to_owned();
            assert!(link.ends_with("; rel=\"next\"") && link.contains(next), "{link}");
            link.split(['<', '>']).nth(1).context("a target")?.clone_into(&mut path);
        }
        assert_eq!(found.len(), 6);
        assert!(found.is_sorted_by(|one, other| other < one), "newest first: {found:?}");
        let rising = events(server, "kind=token.issued&order=asc&limit=3")?;
        let rising: Vec<_> = rising.iter().filter_map(|entry| entry["index"].as_u64()).collect();
        assert!(rising.is_sorted() && rising.len() == 3, "{rising:?}");
        Ok(())
    })
}

fn a_run_of_pages_is_one_entry(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        some_entries(server)?;
        let audrey = server.user("audrey")?;
        let first = audrey.get("/v1/audit/events?limit=2&user=ada")?.is(200)?.json()?;
        let cursor = first["next"].as_str().context("a cursor")?;
        audrey.get(&format!("/v1/audit/events?limit=2&user=ada&cursor={cursor}"))?.is(200)?;
        let log = Log::export(server)?;
        assert_eq!(log.of_kind("audit.read").len(), 1);
        let entry = log.last("audit.read")?;
        assert!(
            entry["filters"]["subject"].is_string() && !entry.to_string().contains("ada\""),
            "{entry}"
        );
        Ok(())
    })
}

fn queries_that_make_no_sense_are_refused_in_bounded_time(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let audrey = server.user("audrey")?;
        for bad in [
            "limit=0",
            "limit=1001",
            "limit=-1",
            "limit=2147483648",
            "limit=x",
            "limit=",
            "kind=x",
            "reason=x",
            "outcome=x",
            "since=yesterday",
            "room=%27%20OR%201%3D1",
            "order=up",
            "provider=%2e%2e",
            "user=%00",
        ] {
            let answer = audrey.get(&format!("/v1/audit/events?{bad}"))?;
            let answer = answer.is_problem(422, "invalid-value").context(bad)?;
            let name = bad.split('=').next().unwrap_or_default();
            assert_eq!(answer.text_at("/errors/0/pointer")?, format!("/{name}"), "{bad}");
        }
        audrey.get("/v1/audit/events?cursor=x")?.is_problem(422, "bad-cursor")?;
        for bad in ["nonsense=1", "room=a&room=b", "limit=1&limit=1"] {
            audrey.get(&format!("/v1/audit/events?{bad}"))?.is_problem(400, "malformed-query")?;
        }
        let nested = format!("room={}", "(".repeat(10_000));
        audrey.get(&format!("/v1/audit/events?{nested}"))?.is_problem(422, "invalid-value")?;
        audrey.get("/v1/audit/events?limit=1000")?.is(200)?;
        Ok(())
    })
}

fn a_cursor_belongs_to_its_filters_and_cannot_be_made_up(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        some_entries(server)?;
        let (audrey, root) = (server.user("audrey")?, server.admin()?);
        let page = audrey.get("/v1/audit/events?limit=2")?.is(200)?.json()?;
        let cursor = page["next"].as_str().context("a cursor")?.to_owned();
        audrey.get(&format!("/v1/audit/events?limit=3&cursor={cursor}"))?.is(200)?;
        let mut altered: Vec<char> = cursor.chars().collect();
        let last = altered.len() / 2;
        altered[last] = if altered[last] == 'A' { 'B' } else { 'A' };
        let altered: String = altered.into_iter().collect();
        for query in [
            format!("room=lobby&cursor={cursor}"),
            format!("order=asc&cursor={cursor}"),
            format!("cursor={altered}"),
        ] {
            audrey.get(&format!("/v1/audit/events?{query}"))?.is_problem(422, "bad-cursor")?;
        }
        root.get(&format!("/v1/audit/events?cursor={cursor}"))?.is_problem(422, "bad-cursor")?;
        Ok(())
    })
}

fn an_entry_is_found_by_its_index_its_id_and_its_issuance(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let answer = server.user("ada")?.key("stage-1")?.is(200)?;
        let entry = events(server, "kind=token.issued")?.remove(0);
        assert_eq!(entry["index"].to_string(), answer.header("audit-index"));
        for name in [entry["index"].to_string(), text(&entry["id"]), answer.text_at("/issuanceId")?]
        {
            let found =
                server.user("audrey")?.get(&format!("/v1/audit/events/{name}"))?.is(200)?.json()?;
            assert_eq!(found, entry, "{name}");
            let shown = server.json(&["audit", "show", &name])?;
            assert_eq!(shown["index"], entry["index"], "{shown}");
        }
        server.user("audrey")?.get("/v1/audit/events/999999")?.is_problem(404, "no-such-entry")?;
        server.user("audrey")?.get("/v1/audit/events/x")?.is_problem(422, "invalid-value")?;
        Ok(())
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn a_leaked_token_is_traced_to_its_entry(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let answer = server.user("ada")?.key("stage-1")?.is(200)?;
        let (key, issuance) = (answer.text_at("/token")?, answer.text_at("/issuanceId")?);
        let found = server.run_with(&["audit", "trace", "--json"], &format!("{key}\n"))?.json()?;
        assert!(
            found.to_string().contains(&issuance) && !found.to_string().contains(&key),
            "{found}"
        );
        let body = json!({ "token": key });
        let found = server.user("audrey")?.post("/v1/audit/trace", &body)?.is(200)?.json()?;
        assert_eq!(found["entries"][0]["issuanceId"], issuance);
        assert_eq!((&found["verified"], &found["profile"]), (&json!(true), &json!("stage")));
        // The fingerprint survives another signature; what is not ours has no entry.
        let claims = token::decode(&key, server.secret())?;
        let (content, _) = key.rsplit_once('.').context("a JWT")?;
        let resigned = format!("{content}.{}", "A".repeat(43));
        let found = server
            .user("audrey")?
            .post("/v1/audit/trace", &json!({ "token": resigned }))?
            .is(200)?
            .json()?;
        assert_eq!(
            (&found["verified"], &found["entries"][0]["issuanceId"]),
            (&json!(false), &json!(issuance))
        );
        let mut other = claims;
        other["jti"] = "01890a5d-ac96-774b-bcce-b302099a8057".into();
        let forged = json!({ "token": token::sign(&other, server.secret()) });
        let found = server.user("audrey")?.post("/v1/audit/trace", &forged)?.is(200)?.json()?;
        assert_eq!(found["entries"], json!([]));
        let nonsense = json!({ "token": "nonsense" });
        server
            .user("audrey")?
            .post("/v1/audit/trace", &nonsense)?
            .is_problem(422, "not-a-token")?;
        Ok(())
    })
}

fn the_command_line_asks_the_same(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let issuances = some_entries(server)?;
        let query = |more: &[&str], field: &str| -> anyhow::Result<Vec<String>> {
            let found = server.json(&[&["audit", "query"], more].concat())?;
            let found = found["data"].as_array().context("a list")?.clone();
            Ok(found.iter().map(|entry| text(&entry[field])).collect())
        };
        let newest_first: Vec<String> = issuances.into_iter().rev().collect();
        assert_eq!(query(&["--user", "ada", "--outcome", "issued"], "issuanceId")?, newest_first);
        let denied = query(&["--room", "stage-1", "--kind", "token.denied"], "reason")?;
        assert_eq!(denied, ["not_a_member"; 3]);
        let said = server.run(&["audit", "query", "--user", "ada"])?;
        assert!(said.stdout.contains("token.issued"), "{}", said.stdout);
        server
            .try_run(&["audit", "query", "--user", "nobody-here"], "")?
            .failed(1, "no such user")?;
        Ok(())
    })
}

fn denials_beyond_ten_in_a_minute_are_aggregated_and_none_is_lost(
    kind: Kind,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    let bob = server.user("bob")?;
    let minute = |time: Timestamp| time.as_seconds() / 60;
    let since = SystemClock.now();
    for _ in 0..25 {
        bob.key("stage-1")?.is_problem(403, "not-allowed")?;
    }
    let until = SystemClock.now();
    for room in ["one", "two"] {
        bob.key(room)?.is_problem(403, "not-allowed")?;
    }
    let desk = server.stop()?;
    let log = Log::export(&desk)?;
    let denied = log.of_kind("token.denied");
    let single = |room: &str| denied.iter().filter(|entry| entry["room"] == room).count();
    let aggregated = log.of_kind("denials.aggregated");
    let counted: u64 = aggregated.iter().filter_map(|entry| entry["count"].as_u64()).sum();
    // Ten of each minute that the loop touched, which is one or two but on a machine that stood still.
    let minutes = usize::try_from(minute(until) - minute(since) + 1)?;
    assert!(single("stage-1") <= 10 * minutes, "{} in {minutes}", single("stage-1"));
    assert_eq!(u64::try_from(single("stage-1"))? + counted, 25);
    assert_eq!((single("one"), single("two")), (1, 1));
    log.check()
}

fn indexes_are_gapless_and_the_ids_are_distinct(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        some_entries(server)?;
        let log = Log::export(server)?;
        let ids: BTreeSet<_> = log.lines().iter().map(|line| text(&line.entry["id"])).collect();
        assert_eq!(ids.len(), log.lines().len());
        assert!(log.lines().iter().all(|line| line.bytes.len() <= 4096));
        assert_eq!(log.fingerprints().len(), log.issuances().len());
        Ok(())
    })
}
