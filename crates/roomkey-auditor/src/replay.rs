//! `replay`: every issued key, checked against the state just before it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;
use roomkey_audit::Replay;

use crate::export::{Manifest, entries};

/// Replays the export in `folder` and prints what it found.
pub(crate) fn run(folder: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::read(folder)?;
    let (from, to) = (manifest.range.from, manifest.range.to);
    ensure!(
        from == 0,
        "the export starts at entry {from}: replay needs the whole log, so export it without `--from`"
    );
    ensure!(
        to == manifest.count,
        "the manifest says {} entries, and entries 0 to {to}",
        manifest.count
    );
    let mut replay = Replay::new();
    for file in manifest.entry_files() {
        entries(folder, file, |index, bytes| drop(replay.push(index, bytes)))?;
    }
    let report = replay.finish();
    ensure!(
        report.entries == manifest.count,
        "the files hold {} entries, the manifest says {}",
        report.entries,
        manifest.count
    );
    if json {
        let violations: Vec<_> = report
            .violations
            .iter()
            .map(|violation| serde_json::json!({"index": violation.index(), "violation": violation.to_string()}))
            .collect();
        println!(
            "{}",
            serde_json::json!({
                "entries": report.entries,
                "issued": report.issued,
                "denied": report.denied,
                "idleAsserted": report.idle_asserted,
                "violationsTotal": report.violations_total,
                "violations": violations,
            })
        );
    } else {
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
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
