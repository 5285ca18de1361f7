//! Where things are, and on what kind of machine.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Cargo's target folder, absolute.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// What xtask installs for itself; `cargo clean` removes it.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The scripts that ask the vendors' own SDKs.
pub(crate) fn judges() -> PathBuf {
    root().join("tests").join("judges")
}

/// Whether this is continuous integration, where nothing may be left out.
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Whether we are the superuser.
pub(crate) fn is_root(sh: &Shell) -> bool {
    cmd!(sh, "id -u").quiet().read().is_ok_and(|uid| uid == "0")
}

/// Where `program` is on the `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
