//! Pinned tools under `target/tools`, installed when they are missing.

pub(crate) mod deny;
pub(crate) mod go;
pub(crate) mod livekit;
pub(crate) mod node;
pub(crate) mod python;

use std::path::Path;

use xshell::Shell;

/// Whether `folder` was completely installed from exactly these pins.
fn is_installed(sh: &Shell, folder: &Path, pins: &str) -> bool {
    sh.read_file(stamp(folder)).is_ok_and(|installed| installed == pins)
}

/// Notes that `folder` was completely installed from these pins.
fn set_installed(sh: &Shell, folder: &Path, pins: &str) -> anyhow::Result<()> {
    Ok(sh.write_file(stamp(folder), pins)?)
}

fn stamp(folder: &Path) -> std::path::PathBuf {
    folder.join("installed-from")
}
