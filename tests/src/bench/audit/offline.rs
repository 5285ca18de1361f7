//! What reads the whole log: export, verify, replay, and the bare hashing that they are held against.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::{Replay, leaf_hash};

use super::{Amount, number, program};
use crate::bench::report::{Budget, Report, median};
use crate::desk::Desk;
use crate::place;

/// Entries that are kept in memory for what is measured without reading files.
const HELD: usize = 200_000;

pub(super) fn measure(report: &mut Report, desk: &Desk, amount: Amount) -> anyhow::Result<()> {
    let folder = desk.path("exported");
    let out = folder.to_str().context("a path in UTF-8")?;
    let exporting = timed(amount, || {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        program::run(&mut desk.command(&["audit", "export", "--out", out])?)
    })?;
    let least = Budget::AtLeast(100_000.0);
    report.figure("exportPerSecond", "entries exported", exporting.rate, "/s", least);
    let memory = exporting.mebibytes;
    report.figure("exportMebibytes", "memory of the export", memory, "MiB", Budget::AtMost(150.0));
    in_memory(report, &folder, amount)?;
    let comparing = timed(amount, || program::run(&mut desk.command(&["audit", "verify"])?))?;
    let what = "entries compared with columns and tree by `roomkey audit verify`";
    report.figure("comparePerSecond", what, comparing.rate, "/s", Budget::None);
    let vkey = desk.run(&["audit", "vkey"])?.stdout;
    let auditor = place::roomkey()?.with_file_name("roomkey-auditor");
    let verify = || {
        let mut command = Command::new(&auditor);
        command.arg("verify").arg(&folder).args(["--vkey", vkey.trim()]);
        program::run(&mut command)
    };
    let verifying = timed(amount, verify)?;
    let what = "entries verified from the folder, whole program";
    report.figure("verifyPerSecond", what, verifying.rate, "/s", Budget::None);
    let what = "memory of verify";
    report.figure("verifyMebibytes", what, verifying.mebibytes, "MiB", Budget::None);
    let replay = || program::run(Command::new(&auditor).arg("replay").arg(&folder));
    let replaying = timed(amount, replay)?;
    let what = "entries replayed from the folder, whole program";
    report.figure("replayPerSecond", what, replaying.rate, "/s", Budget::None);
    let what = "memory of replay";
    report.figure("replayMebibytes", what, replaying.mebibytes, "MiB", Budget::None);
    Ok(fs::remove_dir_all(&folder)?)
}

/// The median rate of several runs and the most memory of any.
struct Timed {
    rate: f64,
    mebibytes: f64,
}

fn timed(
    amount: Amount,
    mut work: impl FnMut() -> anyhow::Result<program::Run>,
) -> anyhow::Result<Timed> {
    let (mut rates, mut mebibytes) = (Vec::new(), 0.0_f64);
    for _ in 0..amount.rounds {
        let run = work()?;
        rates.push(number(amount.entries) / run.seconds);
        mebibytes = mebibytes.max(run.mebibytes);
    }
    Ok(Timed { rate: median(rates), mebibytes })
}

/// Hashing and replaying the first entries on one core, which read no file and decode nothing.
fn in_memory(report: &mut Report, folder: &Path, amount: Amount) -> anyhow::Result<()> {
    let bodies = bodies(folder)?;
    let count = number(u64::try_from(bodies.len())?);
    let bytes: usize = bodies.iter().map(Vec::len).sum();
    let what = "bytes of an entry";
    report.figure("entryBytes", what, number(u64::try_from(bytes)?) / count, "", Budget::None);
    let (mut leaves, mut trees, mut replays) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..amount.rounds.max(3) {
        let start = Instant::now();
        for body in &bodies {
            black_box(leaf_hash(black_box(body)));
        }
        leaves.push(count / start.elapsed().as_secs_f64());
        let (start, mut edge) = (Instant::now(), Edge::empty());
        for body in &bodies {
            edge.append(leaf_hash(body))?;
        }
        black_box((edge.root(), edge.take_tiles()));
        trees.push(count / start.elapsed().as_secs_f64());
        let (start, mut replay) = (Instant::now(), Replay::new());
        for (index, body) in (0..).zip(&bodies) {
            replay.push(index, body);
        }
        if !replay.finish().is_clean() {
            bail!("the log that was written does not replay");
        }
        replays.push(count / start.elapsed().as_secs_f64());
    }
    let least = Budget::AtLeast(1e6);
    report.figure("leavesPerSecond", "leaves hashed by one core", median(leaves), "/s", least);
    let what = "leaves and nodes hashed by one core";
    report.figure("hashedPerSecond", what, median(trees), "/s", least);
    let what = "entries replayed by one core, in memory";
    report.figure("replayedPerSecond", what, median(replays), "/s", Budget::None);
    Ok(())
}

/// The exact bytes of the first entries.
fn bodies(folder: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut files: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    let mut bodies = Vec::new();
    for file in files {
        for line in BufReader::new(File::open(file)?).lines() {
            if bodies.len() == HELD {
                return Ok(bodies);
            }
            let line: serde_json::Value = serde_json::from_str(&line?)?;
            bodies.push(STANDARD.decode(line["leaf"].as_str().context("a leaf")?)?);
        }
    }
    Ok(bodies)
}
