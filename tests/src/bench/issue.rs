//! Keys issued per second, each recorded durably, against the constant answer.

use super::Effort;
use super::report::{Budget, Report, median};
use super::stage::{Plan, Stage};
use crate::database::Kind;

/// What the budget names.
const CONNECTIONS: usize = 256;

pub(super) fn measure(report: &mut Report, stage: &Stage, effort: Effort) -> anyhow::Result<()> {
    let (mut constant, mut keys) = (Vec::new(), Vec::new());
    let (mut middle, mut slow) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let plan = |requests| Plan {
            requests,
            connections: CONNECTIONS,
            duration: effort.round,
            rate: None,
        };
        constant.push(stage.load(plan(stage.constant()))?.per_second());
        let issued = stage.load(plan(stage.keys()))?;
        keys.push(issued.per_second());
        middle.push(issued.percentile(50).as_secs_f64() * 1e3);
        slow.push(issued.percentile(99).as_secs_f64() * 1e3);
    }
    let (constant, keys) = (median(constant), median(keys));
    let least = match stage.server.kind() {
        Kind::Sqlite => 0.25,
        Kind::Postgres => 0.15,
    };
    let none = Budget::None;
    let what = "constant answers (GET /livez), 256 connections";
    report.figure("constantPerSecond", what, constant, "/s", none);
    report.figure("keysPerSecond", "keys issued and recorded, 256 connections", keys, "/s", none);
    let what = "keys to constant answers";
    report.figure("ratioToConstant", what, keys / constant, "", Budget::AtLeast(least));
    report.figure("latencyP50Millis", "latency of a key, p50", median(middle), "ms", none);
    report.figure("latencyP99Millis", "latency of a key, p99", median(slow), "ms", none);
    Ok(())
}
