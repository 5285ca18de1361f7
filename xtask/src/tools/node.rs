//! The vendors' SDKs for Node.

use std::path::PathBuf;

use anyhow::{Context, bail};
use xshell::{Shell, cmd};

use crate::place;

/// The oldest Node that the SDKs work on.
const OLDEST: u32 = 20;

/// The folder that holds `node_modules`, as the lock file has it.
pub(crate) fn ensure(sh: &Shell) -> anyhow::Result<PathBuf> {
    let Ok(version) = cmd!(sh, "node --version").quiet().read() else {
        bail!("there is no Node on the PATH: install Node {OLDEST} or newer");
    };
    let major =
        version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST) {
        bail!("Node {version} is too old: install Node {OLDEST} or newer");
    }
    let folder = place::tools().join("node");
    let lock = sh.read_file(place::judges().join("package-lock.json"))?;
    if super::is_installed(sh, &folder, &lock) {
        return Ok(folder);
    }
    sh.create_dir(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        sh.copy_file(place::judges().join(file), &folder)?;
    }
    let _folder = sh.push_dir(&folder);
    cmd!(sh, "npm ci --ignore-scripts --no-audit --no-fund")
        .run()
        .context("npm could not install the judges; is the package registry reachable?")?;
    super::set_installed(sh, &folder, &lock)?;
    Ok(folder)
}
