//! Opening a database: its file, its migrations, its key-encryption key, its connections.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::prelude::*;
use diesel::r2d2::Pool;
use roomkey_claims::IdSource;

use crate::db::connection::{Connector, Db, Location};
use crate::db::migrate::{self, MigrateError, SchemaStatus};
use crate::db::schema::canary;
use crate::db::seal::{Place, Seal, SealError};

/// How long a read waits for a connection of the pool.
const POOL_WAIT: Duration = Duration::from_secs(2);

/// Where the key-encryption key is.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// In this file, which must be there.
    File(PathBuf),
    /// In `roomkey.key` beside the SQLite file, made where it is absent; on PostgreSQL a file must be named.
    BesideDatabase,
}

/// Why a database could not be opened, copied or migrated.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or the file cannot be made.
    #[error("the database {path:?} cannot be made: {error}")]
    Make {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// No connection.
    #[error("the database {location:?} cannot be opened: {error}")]
    Connect {
        /// Which one.
        location: Location,
        /// Why.
        error: String,
    },
    /// Migrations could not be looked at or run.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// It lacks migrations.
    #[error("the database {location:?} lacks {missing} migrations")]
    Behind {
        /// Which one.
        location: Location,
        /// How many.
        missing: usize,
    },
    /// It has migrations that this software does not know.
    #[error("the database {location:?} was migrated by a newer version of this software")]
    Newer {
        /// Which one.
        location: Location,
    },
    /// The key-encryption key is missing or wrong.
    #[error(transparent)]
    Key(#[from] SealError),
    /// A database server needs a key file.
    #[error("PostgreSQL needs a key-encryption key in a file, the same for every node")]
    KeyFileMissing,
    /// A statement failed.
    #[error("the database failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// A thread could not be started.
    #[error("a thread of the store could not be started: {0}")]
    Thread(io::Error),
    /// The pool of readers could not be made.
    #[error("the connections for reading could not be made: {0}")]
    Pool(String),
    /// A copy could not be made.
    #[error("the copy {to:?} could not be made: {error}")]
    Backup {
        /// To which file.
        to: PathBuf,
        /// Why.
        error: String,
    },
    /// PostgreSQL has tools of its own.
    #[error("only the embedded database is copied, not one on a PostgreSQL server")]
    BackupOfServer,
}

/// A connection to a database whose schema is the one of this software, with the key that fits it.
///
/// A database that is empty is made and migrated; one that is older or newer is refused.
pub(crate) fn open(
    location: &Location,
    key: &KeySource,
    ids: &dyn IdSource,
) -> Result<(Db, Seal), OpenError> {
    let mut db = connect(location)?;
    match migrate::up_if_empty(&mut db)? {
        SchemaStatus::Empty | SchemaStatus::Current => {}
        SchemaStatus::Behind(missing) => {
            return Err(OpenError::Behind { location: location.clone(), missing });
        }
        SchemaStatus::Newer => return Err(OpenError::Newer { location: location.clone() }),
    }
    let seal = open_seal(&mut db, location, key, ids)?;
    Ok((db, seal))
}

/// A pool of connections that cannot write.
pub(crate) fn readers_of(
    location: &Location,
    connections: u32,
) -> Result<Pool<Connector>, OpenError> {
    Pool::builder()
        .max_size(connections)
        .min_idle(Some(0))
        .connection_timeout(POOL_WAIT)
        .test_on_check_out(false)
        .build(Connector(location.clone()))
        .map_err(|error| OpenError::Pool(error.to_string()))
}

pub(crate) fn connect(location: &Location) -> Result<Db, OpenError> {
    if let Location::Sqlite(path) = location {
        make_file(path).map_err(|error| OpenError::Make { path: path.clone(), error })?;
    }
    location.connect().map_err(|error| OpenError::Connect {
        location: location.clone(),
        error: error.to_string(),
    })
}

/// Makes the file and its folder for nobody else to read; SQLite gives its journal the same mode.
fn make_file(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map(drop)
}

/// Reads the key and opens the canary with it, so that a wrong key fails at start.
///
/// Only in a database without a canary, a new one, both are made: a key that is made beside a restored database would
/// look like the right one.
fn open_seal(
    db: &mut Db,
    location: &Location,
    key: &KeySource,
    ids: &dyn IdSource,
) -> Result<Seal, OpenError> {
    const PLACE: Place<'static> = Place { table: "canary", column: "sealed", row: "1" };
    let read = |db: &mut Db| canary::table.select(canary::sealed).first::<Vec<u8>>(db).optional();
    let sealed = read(db)?;
    let seal = match (key, location) {
        (KeySource::File(path), _) => Seal::read(path)?,
        (KeySource::BesideDatabase, Location::Sqlite(database)) => {
            let path = database.with_file_name("roomkey.key");
            if sealed.is_some() { Seal::read(&path)? } else { Seal::read_or_make(&path, ids)? }
        }
        (KeySource::BesideDatabase, Location::Postgres(_)) => {
            return Err(OpenError::KeyFileMissing);
        }
    };
    let sealed = if let Some(sealed) = sealed {
        sealed
    } else {
        let row = (canary::id.eq(1), canary::sealed.eq(seal.seal(PLACE, b"roomkey")?));
        // Another process may have made it in the meantime; then that one counts.
        drop(diesel::insert_into(canary::table).values(row).execute(db));
        read(db)?.ok_or(diesel::result::Error::NotFound)?
    };
    seal.open(PLACE, &sealed)?;
    Ok(seal)
}
