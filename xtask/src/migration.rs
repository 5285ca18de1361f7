//! `cargo xtask migration`: the same new folder for both databases.

use std::path::Path;

use anyhow::{Context, bail};
use xshell::Shell;

/// The dialects; a test compares their folders.
const DIALECTS: [&str; 2] = ["sqlite", "postgres"];

/// Makes `migrations/<dialect>/NNNN_<name>/{up,down}.sql`, empty.
pub(crate) fn run(sh: &Shell, name: &str) -> anyhow::Result<()> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || !name.bytes().all(fits) {
        bail!("{name:?} is no name for a migration: use a-z, 0-9 and _");
    }
    let migrations = crate::place::root().join("migrations");
    let mut last = 0;
    for dialect in DIALECTS {
        last = last.max(last_number(sh, &migrations.join(dialect))?);
    }
    for dialect in DIALECTS {
        let folder = migrations.join(dialect).join(format!("{:04}_{name}", last + 1));
        for file in ["up.sql", "down.sql"] {
            sh.write_file(folder.join(file), "")?;
        }
        println!("{}", folder.display());
    }
    Ok(())
}

/// The highest number of a migration in `folder`; 0 if there is none.
fn last_number(sh: &Shell, folder: &Path) -> anyhow::Result<u32> {
    if !folder.exists() {
        return Ok(0);
    }
    let mut last = 0;
    for entry in sh.read_dir(folder)?.iter().filter(|entry| entry.is_dir()) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        let (digits, _) = name.split_once('_').context("a migration is called NNNN_name")?;
        let number =
            digits.parse().with_context(|| format!("{name:?} does not begin with a number"))?;
        last = last.max(number);
    }
    Ok(last)
}
