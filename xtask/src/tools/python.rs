//! The vendors' SDKs for Python, and programs that are published as Python packages.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use xshell::{Shell, cmd};

use crate::{apt, place};

/// What a Python must answer to be new enough.
const IS_NEW_ENOUGH: &str = "import sys; sys.exit(sys.version_info < (3, 11))";

/// The interpreter of a virtual environment that holds the pinned packages.
pub(crate) fn ensure(sh: &Shell) -> anyhow::Result<PathBuf> {
    let folder = place::tools().join("python");
    let python = folder.join("bin").join("python");
    let pins = sh.read_file(place::judges().join("requirements.txt"))?;
    if super::is_installed(sh, &folder, &pins) && is_usable(sh, &python.to_string_lossy()) {
        return Ok(python);
    }
    install(sh, &folder, &pins).context("the judges could not be installed")?;
    Ok(python)
}

/// Makes a virtual environment at `folder` that holds exactly the packages that `pins` names.
pub(super) fn install(sh: &Shell, folder: &Path, pins: &str) -> anyhow::Result<()> {
    let Some(system) = ["python3", "python3.13", "python3.12", "python3.11"]
        .into_iter()
        .find(|name| is_usable(sh, name))
    else {
        bail!("there is no Python on the PATH: install Python 3.11 or newer");
    };
    sh.remove_path(folder)?;
    if cmd!(sh, "{system} -m venv {folder}").run().is_err() {
        // Debian keeps what a virtual environment needs in a package of its own.
        apt::install(sh, &["python3-venv"])?;
        cmd!(sh, "{system} -m venv --clear {folder}").run()?;
    }
    let (python, requirements) = (folder.join("bin/python"), folder.join("requirements.txt"));
    sh.write_file(&requirements, pins)?;
    // The pins name the whole tree; wheels only, so that no package runs code while it is installed.
    cmd!(sh, "{python} -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: -r {requirements}")
        .run()
        .context("pip failed; is the package index reachable?")?;
    super::set_installed(sh, folder, pins)
}

fn is_usable(sh: &Shell, python: &str) -> bool {
    cmd!(sh, "{python} -c {IS_NEW_ENOUGH}").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}
