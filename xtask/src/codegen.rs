//! `cargo xtask codegen`: rewrites the generated files.

use xshell::{Shell, cmd};

/// Runs the generating tests; they compare, or rewrite where `UPDATE` is set.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    cmd!(sh, "cargo test -p roomkey-tests --test it generated").env("UPDATE", "1").run()?;
    Ok(())
}
