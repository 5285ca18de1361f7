//! Where things are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, bail};
use roomkey_claims::{Hex, IdSource, SystemIds};

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Cargo's folder for what it builds.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace().join(folder),
        None => workspace().join("target"),
    }
}

/// The binary of the desk: `ROOMKEY_BIN`, or the one that cargo built beside this program.
pub fn roomkey() -> anyhow::Result<PathBuf> {
    if let Some(path) = env::var_os("ROOMKEY_BIN") {
        return Ok(path.into());
    }
    let own = env::current_exe().context("this program does not know where it is")?;
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("roomkey"));
    match beside.into_iter().find(|path| path.is_file()) {
        Some(path) => Ok(path),
        None => bail!("there is no desk to try: run `cargo build -p roomkey`, or set ROOMKEY_BIN"),
    }
}

/// Whether this is continuous integration, where nothing may be left out.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// What an environment variable names, unless it is empty.
pub fn variable(name: &str) -> Option<String> {
    env::var_os(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty())
}

/// Random hexadecimal digits.
pub fn random_hex(digits: usize) -> String {
    let mut bytes = vec![0; digits.div_ceil(2)];
    SystemIds.fill(&mut bytes);
    Hex(&bytes).to_string().chars().take(digits).collect()
}

/// A folder for a desk.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    is_kept: bool,
}

impl Folder {
    /// A new one in the system's temporary folder, which `cargo xtask test` puts into memory: a desk syncs each
    /// commit, and on a busy disk the tests would mostly wait for that. Removed with its value.
    pub fn new() -> anyhow::Result<Self> {
        Self::make(env::temp_dir().join(next_name()), false)
    }

    /// A new one under cargo's target folder, for what measures the disk or is killed while it writes; removed with
    /// its value.
    pub fn on_disk() -> anyhow::Result<Self> {
        Self::make(on_disk().join(next_name()), false)
    }

    /// A fresh one at `path`, which is emptied; it stays.
    pub fn kept(path: PathBuf) -> anyhow::Result<Self> {
        Self::make(path, true)
    }

    fn make(path: PathBuf, is_kept: bool) -> anyhow::Result<Self> {
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self { path, is_kept })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_kept {
            // What cannot be removed now is removed by a later run.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

const PREFIX: &str = "roomkey-desk-";

fn next_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}-{number}", process::id())
}

fn on_disk() -> PathBuf {
    target().join("tmp")
}

/// Whether a process is there.
pub fn is_alive(process_id: &str) -> bool {
    Path::new("/proc").join(process_id).exists()
}

/// Removes the folders of runs that ended without doing so.
pub fn sweep() -> anyhow::Result<()> {
    for folder in [env::temp_dir(), on_disk()] {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let run = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
            if run.is_some_and(|id| !is_alive(id)) {
                // Another run may be removing it too.
                drop(fs::remove_dir_all(entry.path()));
            }
        }
    }
    Ok(())
}
