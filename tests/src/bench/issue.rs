//! Keys issued per second, each recorded durably, against the constant answer.

use super::report::{Budget, Report, median};
use super::stage::{Plan, Stage};
use super::{Effort, processor};
use crate::database::Kind;

/// What the budget names.
const CONNECTIONS: usize = 256;

pub(super) fn measure(report: &mut Report, stage: &Stage, effort: Effort) -> anyhow::Result<()> {
    let (mut constant, mut keys) = (Vec::new(), Vec::new());
    let (mut middle, mut slow, mut cost) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let plan = |requests| Plan {
            requests,
            connections: CONNECTIONS,
            duration: effort.round,
            rate: None,
        };
        constant.push(stage.load(plan(stage.constant()))?.per_second());
        let before = processor::time(stage)?;
        let issued = stage.load(plan(stage.keys()))?;
        let busy = processor::time(stage)?.saturating_sub(before);
        // The time that the load took to warm up counts as well.
        let loaded = effort.round + effort.round / 8;
        keys.push(issued.per_second());
        cost.push(busy.as_secs_f64() / loaded.as_secs_f64() / issued.per_second() * 1e6);
        middle.push(issued.percentile(50).as_secs_f64() * 1e3);
        slow.push(issued.percentile(99).as_secs_f64() * 1e3);
    }
    let (constant, keys) = (median(constant), median(keys));
    let least = match stage.server.kind() {
        Kind::Sqlite => 0.25,
        Kind::Postgres => 0.15,
    };
    let none = Budget::None;
    let what = "processor time of the desk for a key";
    report.figure("cpuMicrosPerKey", what, median(cost), "us", none);
    let what = "constant answers (GET /livez), 256 connections";
    report.figure("constantPerSecond", what, constant, "/s", none);
    report.figure("keysPerSecond", "keys issued and recorded, 256 connections", keys, "/s", none);
    let what = "keys to constant answers";
    report.figure("ratioToConstant", what, keys / constant, "", Budget::AtLeast(least));
    report.figure("latencyP50Millis", "latency of a key, p50", median(middle), "ms", none);
    report.figure("latencyP99Millis", "latency of a key, p99", median(slow), "ms", none);
    Ok(())
}
