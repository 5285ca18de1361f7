//! Programs of the Go world that judge a signed log.

use std::path::PathBuf;

use anyhow::bail;
use xshell::{Shell, cmd};

use crate::place;

/// The version of Tessera whose `fsck` reads a log as `c2sp.org/tlog-tiles` has it.
const TESSERA: &str = "v1.0.4";

/// The judge of `tests/judges/go`, built anew where its sources changed.
pub(crate) fn judge(sh: &Shell) -> anyhow::Result<PathBuf> {
    let out = bin(sh)?.join("log-judge");
    let _folder = sh.push_dir(place::judges().join("go"));
    cmd!(sh, "go build -o {out} .").run()?;
    Ok(out)
}

/// Tessera's `fsck`, installed unless it is there.
pub(crate) fn fsck(sh: &Shell) -> anyhow::Result<PathBuf> {
    let bin = bin(sh)?;
    let fsck = bin.join("fsck");
    let built = cmd!(sh, "go version -m {fsck}").quiet().ignore_stderr().read();
    let module = "github.com/transparency-dev/tessera";
    let wanted = format!("{module}\t{TESSERA}");
    if built.is_ok_and(|built| built.contains(&wanted)) {
        return Ok(fsck);
    }
    cmd!(sh, "go install {module}/cmd/fsck@{TESSERA}").env("GOBIN", &bin).run()?;
    Ok(fsck)
}

fn bin(sh: &Shell) -> anyhow::Result<PathBuf> {
    if place::on_path("go").is_none() {
        bail!("there is no Go toolchain on the PATH: install Go, at least 1.26");
    }
    Ok(sh.create_dir(place::tools().join("bin"))?)
}
