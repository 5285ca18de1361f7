//! What the record adds to an answer when the desk has little to do.

use std::time::Duration;

use super::Effort;
use super::report::{Budget, Report, median};
use super::stage::{Plan, Stage};

/// What the budget names.
const RATE: u32 = 200;
const CONNECTIONS: usize = 8;

pub(super) fn measure(
    report: &mut Report,
    stage: &Stage,
    effort: Effort,
    fsync: Duration,
) -> anyhow::Result<()> {
    let (mut constant, mut keys) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let middle = |requests| {
            let plan = Plan {
                requests,
                connections: CONNECTIONS,
                duration: effort.round,
                rate: Some(RATE),
            };
            anyhow::Ok(stage.load(plan)?.percentile(50).as_secs_f64())
        };
        constant.push(middle(stage.constant())?);
        keys.push(middle(stage.keys())?);
    }
    let (constant, keys) = (median(constant), median(keys));
    let added = Duration::from_secs_f64((keys - constant).max(0.0));
    let budget = (fsync.mul_f64(1.5) + Duration::from_millis(1)).as_secs_f64() * 1e6;
    let what = "added by the record at 200 requests/s, p50";
    report.time("addedLatencyMicros", what, added, Budget::AtMost(budget));
    Ok(())
}
