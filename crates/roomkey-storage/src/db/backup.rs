//! A consistent copy of the SQLite file while the desk works.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::RunQueryDsl;
use diesel::sql_types::Text;

use crate::db::connection::{Db, Location};
use crate::db::open::OpenError;

/// Writes a copy of the database to `to`, which must not exist; it is on the disk when this returns.
pub(crate) fn backup(location: &Location, to: &Path) -> Result<(), OpenError> {
    let Location::Sqlite(_) = location else { return Err(OpenError::BackupOfServer) };
    let failed = |error: &dyn std::fmt::Display| OpenError::Backup {
        to: to.to_owned(),
        error: error.to_string(),
    };
    // SQLite fills an empty file; made here so that nobody else can read it, and never over another one.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(|error| failed(&error))?;
    let copied = location
        .connect()
        .map_err(|error| failed(&error))
        .and_then(|mut db| vacuum_into(&mut db, to).map_err(|error| failed(&error)))
        .and_then(|()| {
            fs::File::open(to).and_then(|file| file.sync_all()).map_err(|error| failed(&error))
        });
    if copied.is_err() {
        drop(fs::remove_file(to));
    }
    copied
}

fn vacuum_into(db: &mut Db, to: &Path) -> diesel::QueryResult<()> {
    let Db::Sqlite(connection) = db else { return Ok(()) };
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(to.to_string_lossy().into_owned())
        .execute(connection)?;
    Ok(())
}
