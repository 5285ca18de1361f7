//! Commands that build a program, or the tests, and start it with their arguments.

use xshell::{Shell, cmd};

use crate::build::{self, Profile};

/// How often `cargo xtask crash` kills the desk; continuous integration does 10 in the tests.
const CRASHES: u32 = 50;

/// `cargo xtask codegen`: the generating tests compare the documents, or write them if `UPDATE` is set.
pub(crate) fn codegen(sh: &Shell) -> anyhow::Result<()> {
    cmd!(sh, "cargo test -p roomkey-tests --test it generated").env("UPDATE", "1").run()?;
    Ok(())
}

/// `cargo xtask demo`: a desk at work, from nothing to a key and its entry.
pub(crate) fn demo(sh: &Shell, exit: bool, port: Option<u16>) -> anyhow::Result<()> {
    let exit = exit.then(|| "--exit".to_owned());
    let port = port.map(|port| ["--port".to_owned(), port.to_string()]);
    let arguments: Vec<String> = exit.into_iter().chain(port.into_iter().flatten()).collect();
    start(sh, Profile::Debug, "demo", &arguments)
}

/// `cargo xtask crash`: SIGKILL at random moments; no key may be missing from the log.
pub(crate) fn crash(sh: &Shell, runs: Option<u32>) -> anyhow::Result<()> {
    let runs = runs.unwrap_or(CRASHES).to_string();
    start(sh, Profile::Debug, "crash", &["--runs".to_owned(), runs])
}

/// `cargo xtask seed-log`: a long log to try things on; a debug build would take many times longer.
pub(crate) fn seed(
    sh: &Shell,
    entries: u64,
    out: Option<String>,
    postgres: Option<String>,
) -> anyhow::Result<()> {
    let mut arguments = vec!["--entries".to_owned(), entries.to_string()];
    for (name, value) in [("--out", out), ("--postgres", postgres)] {
        arguments.extend(value.map(|value| [name.to_owned(), value]).into_iter().flatten());
    }
    start(sh, Profile::Release, "seed", &arguments)
}

/// Builds the desk and a program that tries it, and starts the program.
fn start(sh: &Shell, profile: Profile, name: &str, arguments: &[String]) -> anyhow::Result<()> {
    build::build(sh, profile)?;
    let program = build::binary(profile, name);
    let roomkey = build::binary(profile, "roomkey");
    cmd!(sh, "{program} {arguments...}").env("ROOMKEY_BIN", roomkey).run()?;
    Ok(())
}
