//! A long log: asked for entries, proved, exported, verified, replayed.
//!
//! The log is written by [`crate::seed`] and read by what its readers have: HTTP, `roomkey audit`, `roomkey-auditor`.

mod offline;
mod program;
mod queries;

use super::Effort;
use super::report::{Budget, Report, print};
use crate::database::Kind;
use crate::desk::Desk;
use crate::seed::{self, Cast};

/// How long the log is where nobody says.
const ENTRIES: u64 = 10_000_000;
const ENTRIES_QUICK: u64 = 200_000;

/// Up to this many entries what takes long is done several times.
const OFTEN: u64 = 1_000_000;

/// What is measured how often.
#[derive(Debug, Clone, Copy)]
struct Amount {
    entries: u64,
    /// Of what reads the whole log.
    rounds: usize,
    /// Of each query, in a round.
    queries: u64,
}

pub(super) fn measure(
    report: &mut Report,
    effort: Effort,
    entries: Option<u64>,
) -> anyhow::Result<()> {
    let entries = entries.unwrap_or(if effort.is_quick { ENTRIES_QUICK } else { ENTRIES });
    let amount = Amount {
        entries,
        rounds: if entries <= OFTEN { 3 } else { 1 },
        queries: if effort.is_quick { 100 } else { 200 },
    };
    report.section(Kind::Sqlite.as_str());
    let desk = Desk::on_disk(Kind::Sqlite)?;
    write(report, &desk, entries)?;
    offline::measure(report, &desk, amount)?;
    desk.add_user("auditor", "auditor")?;
    queries::measure(report, desk, &Cast::of(entries), amount)
}

/// Writes the log and makes its tree.
fn write(report: &mut Report, desk: &Desk, entries: u64) -> anyhow::Result<()> {
    seed::prepare(desk)?;
    let url = desk.database_url();
    let seeded = seed::write((desk, &url), entries, |written| {
        if written % 1_000_000 == 0 {
            print(&format!("  … {written} of {entries} entries written"));
        }
    })?;
    let (count, none) = (number(entries), Budget::None);
    report.figure("entries", "entries of the log", count, "", none);
    let rate = count / seeded.written.as_secs_f64();
    report.figure("seedPerSecond", "entries written by the committer", rate, "/s", none);
    let seconds = seeded.indexed.as_secs_f64();
    report.figure("indexSeconds", "indexes made anew", seconds, "s", none);
    let rate = count / seed::sign(desk, entries)?.as_secs_f64();
    report.figure("treePerSecond", "entries of which the tree was made", rate, "/s", none);
    let bytes = std::fs::metadata(desk.path("data/roomkey.db"))?.len();
    let what = "database, bytes for each entry";
    report.figure("bytesPerEntry", what, number(bytes) / count, "", none);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
const fn number(count: u64) -> f64 {
    count as f64
}
