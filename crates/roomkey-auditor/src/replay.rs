//! `replay`: every issued key, checked against the state just before it.

use std::ops::ControlFlow;
use std::process::ExitCode;

use anyhow::ensure;
use roomkey_audit::{Replay, Report};

use crate::source::{Source, SourceArgs};

/// Replays the log and prints what it found.
pub(crate) fn run(args: &SourceArgs, json: bool) -> anyhow::Result<ExitCode> {
    let source = Source::open(args)?;
    let range = source.range();
    let (from, to) = (range.from, range.to);
    ensure!(
        from == 0,
        "the export starts at entry {from}: replay needs the whole log, so export it without `--from`"
    );
    let count = match &source {
        Source::Folder(folder) => folder.manifest().count,
        Source::Remote(remote) => remote.size(),
    };
    ensure!(to == count, "the manifest says {count} entries, and entries 0 to {to}");
    let mut replay = Replay::new();
    let _flow = source.entries(|index, bytes| {
        replay.push(index, bytes);
        Ok(ControlFlow::Continue(()))
    })?;
    let report = replay.finish();
    ensure!(
        report.entries == count,
        "the files hold {} entries, the manifest says {count}",
        report.entries,
    );
    print(&report, json);
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn print(report: &Report, json: bool) {
    if json {
        let violations: Vec<_> = report
            .violations
            .iter()
            .map(|violation| serde_json::json!({"index": violation.index(), "violation": violation.to_string()}))
            .collect();
        let report = serde_json::json!({
            "entries": report.entries,
            "issued": report.issued,
            "denied": report.denied,
            "idleAsserted": report.idle_asserted,
            "violationsTotal": report.violations_total,
            "violations": violations,
        });
        println!("{report}");
        return;
    }
    for violation in &report.violations {
        println!("entry {}: {violation}", violation.index());
    }
    println!(
        "{} entries: {} keys issued, {} denied, {} judged by an idle deadline that the desk asserts",
        report.entries, report.issued, report.denied, report.idle_asserted
    );
    match report.violations_total {
        0 => println!("every key was allowed when it was issued"),
        count => println!("{count} violations"),
    }
}
