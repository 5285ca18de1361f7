//! `cargo xtask demo`: a desk at work, from nothing to a key and its entry.

use xshell::{Shell, cmd};

use crate::build::{self, Profile};

/// Builds the desk and runs the demonstration.
pub(crate) fn run(sh: &Shell, exit: bool, port: Option<u16>) -> anyhow::Result<()> {
    build::build(sh, Profile::Debug)?;
    let demo = build::binary(Profile::Debug, "demo");
    let mut arguments = Vec::new();
    if exit {
        arguments.push("--exit".to_owned());
    }
    if let Some(port) = port {
        arguments.extend(["--port".to_owned(), port.to_string()]);
    }
    let roomkey = build::binary(Profile::Debug, "roomkey");
    cmd!(sh, "{demo} {arguments...}").env("ROOMKEY_BIN", roomkey).run()?;
    Ok(())
}
