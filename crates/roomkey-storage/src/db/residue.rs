//! What is left of deleted rows in the files of the database.
//!
//! `secure_delete` overwrites them in the SQLite file, but the write-ahead log beside it still holds the pages as they
//! were, until it is carried over and cut.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use crate::db::connection::{Db, Location};
use crate::db::error::StoreError;

/// How often the write-ahead log is tried to be cut, while others read.
const TRIES: u32 = 10;

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_millis(50);

/// What is left of deleted rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residue {
    /// Nothing in any file of the database.
    Nothing,
    /// Pages in the write-ahead log, which somebody reads right now; they go with the next checkpoint.
    Journal,
    /// Dead rows in the files of the server, until its `VACUUM`, and its own write-ahead log.
    DeadRows,
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Carries the write-ahead log over and cuts it to nothing, on a connection of its own.
///
/// Each try holds up writers for a quarter of a second at most: less than they wait for a lock.
pub(crate) fn forget_deleted(location: &Location) -> Result<Residue, StoreError> {
    let Location::Sqlite(_) = location else { return Ok(Residue::DeadRows) };
    let connected = location.connect();
    let connected = connected.map_err(|error| StoreError::Connection(error.to_string().into()))?;
    let Db::Sqlite(mut db) = connected else { return Ok(Residue::DeadRows) };
    db.batch_execute("PRAGMA busy_timeout = 250;")?;
    for _ in 0..TRIES {
        let cut: Checkpoint =
            diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(&mut db)?;
        if cut.busy == 0 {
            return Ok(Residue::Nothing);
        }
        thread::sleep(PAUSE);
    }
    Ok(Residue::Journal)
}
