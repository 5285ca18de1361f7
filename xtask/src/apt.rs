//! Debian packages, where we may install them.

use anyhow::bail;
use xshell::{Shell, cmd};

use crate::place;

/// Installs `packages`; an error that says what to do where we may not.
pub(crate) fn install(sh: &Shell, packages: &[&str]) -> anyhow::Result<()> {
    let list = packages.join(" ");
    if place::on_path("apt-get").is_none() {
        bail!("there is no apt-get here: install {list} with this system's package manager");
    }
    if !place::is_root(sh) {
        bail!("only root may install packages: run `apt-get install {list}` as root");
    }
    let _frontend = sh.push_env("DEBIAN_FRONTEND", "noninteractive");
    cmd!(sh, "apt-get update -q").run()?;
    cmd!(sh, "apt-get install -q -y --no-install-recommends {packages...}").run()?;
    Ok(())
}
