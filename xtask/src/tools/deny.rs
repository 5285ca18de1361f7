//! cargo-deny: licences, sources and which crate may depend on what.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::place;

/// The version that `deny.toml` was written for.
const VERSION: &str = "0.20.2";

/// The program, from the `PATH` or of our own.
pub(crate) fn ensure(sh: &Shell) -> anyhow::Result<PathBuf> {
    let tools = place::tools();
    let own = tools.join("bin").join("cargo-deny");
    let candidates = place::on_path("cargo-deny").into_iter().chain([own.clone()]);
    if let Some(found) = candidates.into_iter().find(|program| is_right(sh, program)) {
        return Ok(found);
    }
    // A target folder of its own: it shares no crate with us, and ours may be locked by a build.
    cmd!(sh, "cargo install cargo-deny --version {VERSION} --locked --root {tools}")
        .env("CARGO_TARGET_DIR", tools.join("build"))
        .run()?;
    Ok(own)
}

fn is_right(sh: &Shell, program: &Path) -> bool {
    let version = cmd!(sh, "{program} --version").quiet().ignore_stderr().read();
    version.is_ok_and(|version| version.split_whitespace().nth(1) == Some(VERSION))
}
