//! `gaps`: which indexes are missing, come twice or cannot be read.

use std::ops::ControlFlow;
use std::process::ExitCode;

use crate::findings::{Finding, Findings, MAX_LISTED};
use crate::item::Item;
use crate::source::{Source, SourceArgs};

/// Lists the gaps.
pub(crate) fn run(args: &SourceArgs, json: bool) -> anyhow::Result<ExitCode> {
    let source = Source::open(args)?;
    let range = source.range();
    let (mut next, mut entries) = (range.from, 0_u64);
    let mut gaps = Gaps::default();
    let mut findings = Findings::default();
    let _flow = source.walk(&mut |item| {
        match item {
            Item::Lost(finding) | Item::Flaw(finding) => findings.push(finding),
            Item::Entry { index, bytes: _ } => {
                entries += 1;
                gaps.push(next, index);
                if index < next {
                    let what = format!("entry {index} comes where entry {next} is due");
                    findings.push(Finding::at(index, what));
                }
                next = next.max(index.saturating_add(1));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    gaps.push(next, range.to);
    print(&gaps, &findings, entries, json);
    let is_clean = gaps.total == 0 && findings.total() == 0;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The first gaps, and how many entries are missing in all.
#[derive(Debug, Default)]
struct Gaps {
    first: Vec<(u64, u64)>,
    total: u64,
}

impl Gaps {
    /// The entries from `start` to before `end` are missing.
    fn push(&mut self, start: u64, end: u64) {
        self.total = self.total.saturating_add(end.saturating_sub(start));
        if start < end && self.first.len() < MAX_LISTED {
            self.first.push((start, end - 1));
        }
    }
}

fn print(gaps: &Gaps, findings: &Findings, entries: u64, json: bool) {
    if json {
        let missing: Vec<_> = gaps
            .first
            .iter()
            .map(|(first, last)| serde_json::json!({"first": first, "last": last}))
            .collect();
        let report = serde_json::json!({
            "entries": entries,
            "missingTotal": gaps.total,
            "missing": missing,
            "findingsTotal": findings.total(),
            "findings": findings.list(),
        });
        println!("{report}");
        return;
    }
    for (first, last) in &gaps.first {
        if first == last {
            println!("entry {first} is missing");
        } else {
            println!("entries {first} to {last} are missing");
        }
    }
    for finding in findings.list() {
        println!("{}", finding.what);
    }
    match gaps.total {
        0 => println!("{entries} entries, none is missing"),
        total => println!("{entries} entries, {total} missing"),
    }
}
