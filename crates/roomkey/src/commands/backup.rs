//! `roomkey backup`.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use roomkey_storage::{KeySource, Location, Store};
use serde_json::json;

use crate::invocation::{End, Invocation, said};

/// Where to.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  roomkey backup /var/backups/roomkey.db\n\n\
    The copy is consistent, on the disk, and readable by its owner only; the desk keeps working.\n\
    Keep the key-encryption key (roomkey.key, or [secrets] key_file) in another place than the copy.")]
pub(crate) struct BackupArgs {
    /// The copy, which must not exist yet
    file: PathBuf,
}

/// Copies the database.
pub(crate) fn run(invocation: &Invocation, args: &BackupArgs) -> anyhow::Result<End> {
    let settings = invocation.settings()?;
    if let Location::Sqlite(path) = &settings.database.location
        && !path.exists()
    {
        anyhow::bail!("there is no database {} to copy", path.display());
    }
    Store::backup(&settings.database.location, &args.file)?;
    let (file, bytes) = (args.file.display().to_string(), fs::metadata(&args.file)?.len());
    invocation
        .output
        .print(&json!({ "file": file, "bytes": bytes }), || format!("{file}  {bytes} bytes"))?;
    let key = match (&settings.key, &settings.database.location) {
        (KeySource::File(path), _) => Some(path.clone()),
        (KeySource::BesideDatabase, Location::Sqlite(path)) => {
            Some(path.with_file_name("roomkey.key"))
        }
        (KeySource::BesideDatabase, Location::Postgres(_)) => None,
    };
    if let Some(key) = key {
        said(
            invocation.output,
            &format!("The copy opens with {} only: keep that elsewhere.", key.display()),
        );
    }
    Ok(End::Done)
}
