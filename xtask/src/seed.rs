//! `cargo xtask seed-log`: a long log to try things on.

use xshell::{Shell, cmd};

use crate::build::{self, Profile};

/// Builds for release, since a debug build would take many times longer, and writes the log.
pub(crate) fn run(
    sh: &Shell,
    entries: u64,
    out: Option<String>,
    postgres: Option<String>,
) -> anyhow::Result<()> {
    build::build(sh, Profile::Release)?;
    let seed = build::binary(Profile::Release, "seed");
    let roomkey = build::binary(Profile::Release, "roomkey");
    let mut arguments = vec!["--entries".to_owned(), entries.to_string()];
    for (name, value) in [("--out", out), ("--postgres", postgres)] {
        arguments.extend(value.map(|value| [name.to_owned(), value]).into_iter().flatten());
    }
    cmd!(sh, "{seed} {arguments...}").env("ROOMKEY_BIN", roomkey).run()?;
    Ok(())
}
