//! The budgets of the design, measured in one run beside what they are ratios of.
//!
//! The constant answer is `GET /livez`: the same server, the same connections, the same load generator, a fixed body;
//! neither the credentials that are sent along nor the database are looked at.
//! Figures are medians of several rounds; the rounds of what is compared alternate, so that both see the same machine.

mod audit;
mod disk;
mod issue;
mod latency;
mod login;
mod memory;
mod processor;
mod report;
mod sign;
mod stage;
mod start;

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use anyhow::bail;

use crate::database::{self, Kind};
use crate::place;
use report::Report;
use stage::Stage;

/// What can be measured by itself.
const AREAS: [&str; 6] = ["issue", "latency", "sign", "login", "start", "audit"];

/// How long and how often is measured.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    pub round: Duration,
    pub sessions: usize,
    pub is_quick: bool,
}

impl Effort {
    /// For budgets that are to be believed.
    pub const FULL: Self =
        Self { rounds: 5, round: Duration::from_secs(5), sessions: 256, is_quick: false };

    /// Under two minutes for everything.
    pub const QUICK: Self =
        Self { rounds: 3, round: Duration::from_secs(2), sessions: 64, is_quick: true };
}

/// As many threads as there are cores: the hasher of a server has no more.
fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Measures everything but `audit`, prints the figures and writes them to `target/bench/bench.json`; or one area, to a
/// file of its own. `entries` is how long the log of `audit` is.
pub fn run(effort: Effort, area: Option<&str>, entries: Option<u64>) -> anyhow::Result<()> {
    if area.is_some_and(|area| !AREAS.contains(&area)) {
        bail!("the areas are {}", AREAS.join(", "));
    }
    let wants = |name: &str| area.is_none_or(|area| area == name);
    let mut report = Report::new();
    place::sweep()?;
    report.machine();
    let fsync = disk::fsync(&mut report)?;
    if area == Some("audit") {
        audit::measure(&mut report, effort, entries)?;
        return report.write(area);
    }
    if wants("sign") {
        sign::measure(&mut report)?;
    }
    for kind in crate::crash::kinds()? {
        if kind == Kind::Postgres {
            database::sweep()?;
        }
        if !["issue", "latency", "login", "start"].into_iter().any(wants) {
            break;
        }
        let mut stage = Stage::new(kind, effort)?;
        report.section(kind.as_str());
        memory::idle(&mut report, &stage)?;
        if wants("issue") {
            issue::measure(&mut report, &stage, effort)?;
            memory::under_load(&mut report, &stage)?;
            disk::insert(&mut report, &stage)?;
        }
        if wants("latency") {
            latency::measure(&mut report, &stage, effort, fsync)?;
        }
        if wants("login") && kind == Kind::Sqlite {
            login::measure(&mut report, &stage, effort)?;
        }
        if wants("start") {
            stage = start::measure(&mut report, stage, effort)?;
        }
        stage.check()?;
    }
    report.write(area)
}
