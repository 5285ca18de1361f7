//! `cargo xtask crash`: SIGKILL at random moments; no key may be missing from the log.

use xshell::{Shell, cmd};

use crate::build::{self, Profile};

/// What is asked of a run by hand; continuous integration does 10 in the tests.
const RUNS: u32 = 50;

/// Builds the desk and kills it `runs` times.
pub(crate) fn run(sh: &Shell, runs: Option<u32>) -> anyhow::Result<()> {
    build::build(sh, Profile::Debug)?;
    let crash = build::binary(Profile::Debug, "crash");
    let runs = runs.unwrap_or(RUNS).to_string();
    let roomkey = build::binary(Profile::Debug, "roomkey");
    cmd!(sh, "{crash} --runs {runs}").env("ROOMKEY_BIN", roomkey).run()?;
    Ok(())
}
