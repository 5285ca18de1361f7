//! Kills the desk at random moments while 64 clients issue, and looks for keys without a record.
//!
//! `crash [--runs N]`, 50 by default, on each database.

#![expect(clippy::print_stdout, reason = "a program that reports")]

use anyhow::{Context, bail};
use roomkey_tests::crash;

const RUNS: u32 = 50;

fn main() -> anyhow::Result<()> {
    let runs = runs(std::env::args().skip(1))?;
    for kind in crash::kinds()? {
        let survived = crash::run(kind, runs, |run, received| {
            println!("{}: killed {run} of {runs} times, {received} keys received", kind.as_str());
        })?;
        println!("{}\n", crash::summary(kind, survived));
    }
    Ok(())
}

fn runs(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<u32> {
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Ok(RUNS),
        (Some("--runs"), Some(runs)) => runs.parse().context("--runs takes a number"),
        _ => bail!("usage: crash [--runs N]"),
    }
}
