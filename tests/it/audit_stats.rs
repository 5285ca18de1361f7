//! Entries counted.

use std::collections::BTreeMap;

use anyhow::Context;
use roomkey_tests::Kind;
use roomkey_tests::scene::on;
use serde_json::Value;

on_both! {
    sums_are_the_counts_of_the_entries,
    what_cannot_be_counted_is_refused_with_the_name_of_the_parameter,
}

fn by_group(counts: &Value) -> BTreeMap<String, u64> {
    let counts = counts.as_array().map(Vec::as_slice).unwrap_or_default();
    let one = |count: &Value| (count["group"].to_string(), count["entries"].as_u64().unwrap_or(0));
    counts.iter().map(one).collect()
}

fn sums_are_the_counts_of_the_entries(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, bob, audrey) = (server.user("ada")?, server.user("bob")?, server.user("audrey")?);
        for _ in 0..4 {
            ada.key("stage-1")?.is(200)?;
            bob.key("lobby")?.is(200)?;
            bob.key("stage-1")?.is(403)?;
        }
        let all = audrey.get("/v1/audit/events?limit=1000")?.is(200)?.json()?;
        let all = all["data"].as_array().context("a list")?;
        // What is read is itself an entry, which only the kinds tell apart.
        let all: Vec<&Value> = all.iter().filter(|entry| entry["kind"] != "audit.read").collect();
        for (filter, name, value) in [
            ("", "", ""),
            ("user=bob&", "user", "bob"),
            ("room=lobby&", "room", "lobby"),
            ("outcome=denied&", "outcome", "denied"),
            ("room=stage-1&reason=not_a_member&", "reason", "not_a_member"),
            ("scene=nowhere&", "scene", "nowhere"),
        ] {
            for group in ["outcome", "provider", "room", "reason", "kind"] {
                let fits = |entry: &&&Value| name.is_empty() || entry[name] == value;
                let mut expected: BTreeMap<String, u64> = BTreeMap::new();
                for entry in all.iter().filter(fits) {
                    *expected.entry(entry[group].to_string()).or_default() += 1;
                }
                for by in ["hour", "day"] {
                    let path = format!("/v1/audit/stats?{filter}by={by}&group={group}");
                    let body = audrey.get(&path)?.is(200)?.json()?;
                    let mut totals = by_group(&body["totals"]);
                    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
                    for bucket in body["buckets"].as_array().context("buckets")? {
                        for (group, entries) in by_group(&bucket["counts"]) {
                            *sums.entry(group).or_default() += entries;
                        }
                    }
                    assert_eq!(sums, totals, "{path}");
                    if group == "kind" {
                        totals.remove("\"audit.read\"");
                        assert_eq!(totals, expected, "{path}");
                    } else {
                        for (group, entries) in
                            expected.iter().filter(|(group, _)| *group != "null")
                        {
                            assert_eq!(totals.get(group), Some(entries), "{path} {group}");
                        }
                    }
                }
            }
        }
        let shown = server.run(&["audit", "stats", "--by", "day", "--group", "outcome"])?.stdout;
        assert!(shown.contains("issued") && shown.contains('█'), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
        let json = server.json(&["audit", "stats", "--room", "lobby", "--outcome", "issued"])?;
        assert_eq!(json["totals"][0]["entries"], 4, "{json}");
        Ok(())
    })
}

fn what_cannot_be_counted_is_refused_with_the_name_of_the_parameter(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let audrey = server.user("audrey")?;
        for (bad, pointer) in [
            ("by=week", "/by"),
            ("group=user", "/group"),
            ("since=today", "/since"),
            ("since=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z", "/since"),
            ("since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "/until"),
            ("since=2026-01-01T00:00:00Z&until=2026-01-01T00:00:00Z", "/until"),
            ("by=day&since=0001-01-01T00:00:00Z&until=9999-12-31T00:00:00Z", "/since"),
        ] {
            let problem = audrey.get(&format!("/v1/audit/stats?{bad}"))?;
            let problem = problem.is_problem(422, "invalid-value")?.json()?;
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{bad}");
        }
        for bad in ["nonsense=1", "limit=1", "by=hour&by=day"] {
            audrey.get(&format!("/v1/audit/stats?{bad}"))?.is_problem(400, "malformed-query")?;
        }
        let most = "by=hour&since=2026-01-01T00:00:00Z&until=2026-02-11T16:00:00Z";
        let body = audrey.get(&format!("/v1/audit/stats?{most}"))?.is(200)?.json()?;
        assert_eq!(body["buckets"].as_array().map(Vec::len), Some(1_000));
        server.user("ada")?.get("/v1/audit/stats")?.is(403)?;
        Ok(())
    })
}
