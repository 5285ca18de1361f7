//! A program, run to its end: how long it took and how much memory it had.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// How often the memory is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// What a run was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) seconds: f64,
    /// The most memory that it was seen with.
    pub(super) mebibytes: f64,
}

/// Runs a program that has to succeed, and says little.
pub(super) fn run(command: &mut Command) -> anyhow::Result<Run> {
    let shown = format!("{command:?}");
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("{shown} does not start"))?;
    let (status, mut mebibytes) = (format!("/proc/{}/status", child.id()), 0.0_f64);
    while child.try_wait()?.is_none() {
        mebibytes = mebibytes.max(resident(&status).unwrap_or(0.0));
        thread::sleep(LOOK);
    }
    let seconds = start.elapsed().as_secs_f64();
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        bail!("{shown} ended with {}: {said}", output.status);
    }
    Ok(Run { seconds, mebibytes })
}

/// The most memory that a process had so far.
pub(super) fn resident(status: &str) -> Option<f64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}
