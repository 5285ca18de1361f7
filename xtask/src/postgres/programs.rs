//! Where the programs of PostgreSQL are.

use std::path::{Path, PathBuf};

use anyhow::Context;
use xshell::{Shell, cmd};

use crate::{apt, place};

/// What a folder must hold to be of use; all three come with the server's package.
const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// The folder of the newest version, installed first if there is none and we may.
pub(super) fn find_or_install(sh: &Shell) -> anyhow::Result<PathBuf> {
    if let Some(folder) = find(sh) {
        return Ok(folder);
    }
    apt::install(sh, &["postgresql"]).context("PostgreSQL is not installed")?;
    find(sh).context("the package `postgresql` is installed, but its programs were not found")
}

fn find(sh: &Shell) -> Option<PathBuf> {
    candidates(sh)
        .into_iter()
        .filter(|folder| NEEDED.iter().all(|program| folder.join(program).is_file()))
        .max_by_key(|folder| version(sh, folder))
}

fn candidates(sh: &Shell) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    // The link on the PATH may lie in a folder with other programs; its target does not.
    if let Some(program) =
        place::on_path("postgres").and_then(|program| program.canonicalize().ok())
    {
        folders.extend(program.parent().map(Path::to_path_buf));
    }
    if let Ok(folder) = cmd!(sh, "pg_config --bindir").quiet().ignore_stderr().read() {
        folders.push(PathBuf::from(folder));
    }
    // Debian keeps every version in a folder of its own, off the PATH.
    if let Ok(versions) = sh.read_dir("/usr/lib/postgresql") {
        folders.extend(versions.into_iter().map(|version| version.join("bin")));
    }
    folders
}

/// `postgres (PostgreSQL) 15.14 (Debian …)` as numbers that compare.
fn version(sh: &Shell, folder: &Path) -> Vec<u32> {
    let postgres = folder.join("postgres");
    let line = cmd!(sh, "{postgres} --version").quiet().ignore_stderr().read().unwrap_or_default();
    let word = line.split_whitespace().nth(2).unwrap_or_default();
    word.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}
