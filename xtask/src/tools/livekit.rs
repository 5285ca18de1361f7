//! A real LiveKit server, built by the Go toolchain.

use std::path::PathBuf;

use anyhow::bail;
use xshell::{Shell, cmd};

use crate::place;

/// The version whose behavior the documents describe.
const VERSION: &str = "1.13.5";

/// The program, built unless it is there.
pub(crate) fn ensure(sh: &Shell) -> anyhow::Result<PathBuf> {
    let bin = place::tools().join("bin");
    let server = bin.join("livekit-server");
    let version = cmd!(sh, "{server} --version").quiet().ignore_stderr().read();
    if version.is_ok_and(|version| version.split_whitespace().last() == Some(VERSION)) {
        return Ok(server);
    }
    if place::on_path("go").is_none() {
        bail!("there is no Go toolchain on the PATH: install Go, at least 1.26");
    }
    sh.create_dir(&bin)?;
    let module = format!("github.com/livekit/livekit-server/cmd/server@v{VERSION}");
    cmd!(sh, "go install {module}").env("GOBIN", &bin).run()?;
    // Go names a program after its folder.
    std::fs::rename(bin.join("server"), &server)?;
    Ok(server)
}
