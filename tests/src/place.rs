//! Where things are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, bail};
use roomkey_claims::{IdSource, SystemIds};

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
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.chars().take(digits).collect()
}

/// A folder that is removed with its value.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new one under cargo's target folder, so that it is on the disk that is measured.
    pub fn new() -> anyhow::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = target().join("tmp").join(format!("desk-{}-{number}", process::id()));
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now goes with the target folder.
        drop(fs::remove_dir_all(&self.0));
    }
}
