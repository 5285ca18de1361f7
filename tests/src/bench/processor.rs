//! Processor time of the desk's process: steadier than rates on a machine that does other things too.

use std::fs;
use std::time::Duration;

use anyhow::Context;

use super::stage::Stage;

/// The unit of `/proc/[pid]/stat` on Linux: `USER_HZ` is 100 (proc(5)).
const TICK: Duration = Duration::from_millis(10);

/// How long the process has kept a core busy since it started, itself and in the kernel.
pub(super) fn time(stage: &Stage) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", stage.server.process_id()))?;
    // The name of the program, in parentheses, may hold anything; utime and stime are fields 14 and 15.
    let (_, fields) = stat.rsplit_once(')').context("no name")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    let ticks: u32 = ticks.sum::<Result<_, _>>()?;
    Ok(TICK * ticks)
}
