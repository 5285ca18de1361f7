//! Resident memory of the desk's process.

use std::fs;

use anyhow::Context;

use super::report::{Budget, Report};
use super::stage::Stage;

/// What argon2 holds once every hashing thread worked; the budgets leave it out.
fn hashing() -> f64 {
    let threads = super::cores().get();
    f64::from(roomkey_auth::HashSettings::OWASP.memory_kib()) / 1024.0
        * f64::from(u32::try_from(threads).unwrap_or(u32::MAX))
}

/// After the logins of the stage, before any key.
pub(super) fn idle(report: &mut Report, stage: &Stage) -> anyhow::Result<()> {
    let resident = mebibytes(stage, "VmRSS:")? - hashing();
    let what = "resident memory, idle (without argon2's)";
    report.figure("idleMebibytes", what, resident, "MiB", Budget::AtMost(30.0));
    Ok(())
}

/// The most that it ever was.
pub(super) fn under_load(report: &mut Report, stage: &Stage) -> anyhow::Result<()> {
    let resident = mebibytes(stage, "VmHWM:")? - hashing();
    let what = "resident memory, under load (without argon2's)";
    report.figure("loadedMebibytes", what, resident, "MiB", Budget::AtMost(150.0));
    Ok(())
}

fn mebibytes(stage: &Stage, field: &str) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", stage.server.process_id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes =
        line.and_then(|line| line.split_whitespace().next()).context("no such field")?;
    Ok(kibibytes.parse::<f64>()? / 1024.0)
}
