//! Makes a desk whose log is long: `seed --entries N [--out FOLDER] [--postgres URL]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use roomkey_tests::{Desk, place, seed};

struct Options {
    entries: u64,
    out: PathBuf,
    postgres: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let Options { entries, out, postgres } = options(std::env::args().skip(1))?;
    if out != own() && out.exists() {
        bail!("{} is there already: name a folder that is not", out.display());
    }
    let desk = Desk::kept(out)?;
    seed::prepare(&desk)?;
    if let Some(url) = &postgres {
        seed::move_to(&desk, url)?;
    }
    let url = postgres.unwrap_or_else(|| desk.database_url());
    let mut shown = Instant::now();
    let seeded = seed::write((&desk, &url), entries, |written| {
        if Duration::from_secs(5) <= shown.elapsed() {
            shown = Instant::now();
            eprintln!("{written} of {entries} entries");
        }
    })?;
    let seconds = seeded.written.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = seeded.entries as f64 / seconds;
    println!(
        "{entries} entries in {seconds:.1} s ({rate:.0}/s), indexed in {:.1} s",
        seeded.indexed.as_secs_f64()
    );
    let took = seed::sign(&desk, entries)?;
    println!("signed in {:.1} s", took.as_secs_f64());
    println!("serve it with: roomkey --config {} serve", desk.path("roomkey.toml").display());
    Ok(())
}

/// The folder that each run makes anew.
fn own() -> PathBuf {
    place::target().join("seed-log")
}

fn options(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Options> {
    let mut options = Options { entries: 0, out: own(), postgres: None };
    while let Some(argument) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{argument} takes a value"))?;
        match argument.as_str() {
            "--entries" => options.entries = value.parse().context("--entries takes a number")?,
            "--out" => options.out = value.into(),
            "--postgres" => options.postgres = Some(value),
            _ => bail!("usage: seed --entries N [--out FOLDER] [--postgres URL]"),
        }
    }
    Ok(options)
}
