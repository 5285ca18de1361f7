//! The store: reads from a pool, writes through the committer.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use diesel::r2d2::Pool;
use roomkey_audit::NodeName;
use roomkey_claims::{Clock, Facts, IdSource, SessionTokenHash};

use crate::commit::calls;
use crate::commit::calls::ProviderCall;
use crate::commit::committer::{CommitCounters, Committer, Means};
use crate::commit::job::{self, Context, How, Outcome, Pending, Ruling, Ticket};
use crate::commit::lookup::Lookup;
use crate::db::connection::{Connector, Db, Location};
use crate::db::error::{StoreError, WriteError};
use crate::db::migrate::{self, MigrateError, SchemaStatus};
use crate::db::reader::Reader;
use crate::db::receipt::{Issued, Receipt};
use crate::db::residue::Residue;
use crate::db::schema::canary;
use crate::db::seal::{Place, Seal, SealError};
use crate::db::writer::Writer;
use crate::db::{backup, residue};
use crate::tables::sessions::Session;

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

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Where the database is.
    pub location: Location,
    /// Where the key-encryption key is.
    pub key: KeySource,
    /// The name of this node in entries.
    pub node: NodeName,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn IdSource>,
    /// Most writes that wait; one more is refused at once.
    pub queue: usize,
    /// Most connections that read.
    pub readers: u32,
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
    #[error(
        "the database {location:?} lacks {missing} migrations: make a backup, then run `roomkey migrate up`"
    )]
    Behind {
        /// Which one.
        location: Location,
        /// How many.
        missing: usize,
    },
    /// It has migrations that this software does not know.
    #[error(
        "the database {location:?} was migrated by a newer version of this software: use that version"
    )]
    Newer {
        /// Which one.
        location: Location,
    },
    /// The key-encryption key is missing or wrong.
    #[error(transparent)]
    Key(#[from] SealError),
    /// A database server needs a key file.
    #[error(
        "on PostgreSQL `[secrets] key_file` must name the key-encryption key, the same for every node"
    )]
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
    #[error(
        "`roomkey backup` copies the embedded database: use pg_dump or your server's backups for PostgreSQL"
    )]
    BackupOfServer,
}

/// The database of the desk.
#[derive(Debug)]
pub struct Store {
    location: Location,
    committer: Committer,
    lookup: Lookup,
    pool: Pool<Connector>,
    seal: Arc<Seal>,
}

impl Store {
    /// Opens a database; makes and migrates one that is empty; refuses one that is older or newer.
    pub fn open(options: StoreOptions) -> Result<Self, OpenError> {
        let StoreOptions { location, key, node, clock, ids, queue, readers } = options;
        let mut db = connect(&location)?;
        match migrate::up_if_empty(&mut db)? {
            SchemaStatus::Empty | SchemaStatus::Current => {}
            SchemaStatus::Behind(missing) => return Err(OpenError::Behind { location, missing }),
            SchemaStatus::Newer => return Err(OpenError::Newer { location }),
        }
        let seal = Arc::new(open_seal(&mut db, &location, &key, ids.as_ref())?);
        let pool = readers_of(&location, readers)?;
        // With a connection of its own, so that no slow reading of the log holds up who wants a key.
        let own = readers_of(&location, 1)?;
        let means = Means { location: location.clone(), node, clock, ids };
        let committer = Committer::start(means, db, queue).map_err(OpenError::Thread)?;
        let lookup = Lookup::start(own, queue).map_err(OpenError::Thread)?;
        Ok(Self { location, committer, lookup, pool, seal })
    }

    /// How the schema of a database stands.
    pub fn schema_status(location: &Location) -> Result<SchemaStatus, OpenError> {
        Ok(migrate::status(&mut connect(location)?)?)
    }

    /// Runs the migrations that a database lacks; returns how many ran.
    pub fn migrate(location: &Location) -> Result<usize, OpenError> {
        Ok(migrate::up(&mut connect(location)?)?)
    }

    /// Writes a consistent copy of the SQLite file to `to`, which must not exist.
    pub fn backup(location: &Location, to: &Path) -> Result<(), OpenError> {
        backup::backup(location, to)
    }

    /// Which database it is: `sqlite` or `postgres`.
    pub const fn dialect(&self) -> &'static str {
        self.location.dialect()
    }

    /// Reads on this thread, which may block.
    pub fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut slot =
            self.pool.get().map_err(|error| StoreError::Connection(error.to_string().into()))?;
        let result = read(&mut Reader { db: &mut slot.db });
        slot.failed = result.is_err();
        result
    }

    /// Looks up the session of a bearer, together with others.
    pub fn session(
        &self,
        token: SessionTokenHash,
    ) -> Result<Pending<Option<Session>, StoreError>, StoreError> {
        self.lookup.session(token)
    }

    /// Lets `rule` decide about a ticket inside the transaction that records the outcome.
    pub fn issue<D, H, F>(
        &self,
        ticket: Ticket,
        rule: F,
    ) -> Result<Pending<Outcome<D, H>, StoreError>, StoreError>
    where
        D: Send + 'static,
        H: Send + 'static,
        F: FnOnce(&Facts) -> Ruling<D, H> + Send + 'static,
    {
        let (job, pending) = job::issue(ticket, rule);
        self.committer.submit(job)?;
        Ok(pending)
    }

    /// Records a token that the desk makes for itself to call a provider, after `allowed` agreed in the transaction.
    ///
    /// The receipt stands for that token as it does for a key: it is signed only after this record is durable.
    pub fn record_call<F>(
        &self,
        context: Context,
        call: ProviderCall,
        allowed: F,
    ) -> Result<Pending<Receipt<Issued>, WriteError>, StoreError>
    where
        F: FnOnce(&mut Writer<'_>) -> Result<(), WriteError> + Send + 'static,
    {
        let (job, pending) = calls::job(context, call, allowed);
        self.committer.submit(job)?;
        Ok(pending)
    }

    /// Makes a change in a transaction of its own or together with others, durably.
    pub fn write<T, F>(
        &self,
        context: Context,
        write: F,
    ) -> Result<Pending<T, WriteError>, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
    {
        let (job, pending) = job::write(context, How::Awaited, write);
        self.committer.submit(job)?;
        Ok(pending)
    }

    /// Makes a change for which nobody waits.
    pub fn write_detached<F>(&self, context: Context, write: F) -> Result<(), StoreError>
    where
        F: FnOnce(&mut Writer<'_>) -> Result<(), WriteError> + Send + 'static,
    {
        let (job, _) = job::write(context, How::Detached, write);
        self.committer.submit(job)
    }

    /// Makes a change although the log is frozen: only what recovers it.
    pub fn recover<T, F>(
        &self,
        context: Context,
        write: F,
    ) -> Result<Pending<T, WriteError>, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
    {
        let (job, pending) = job::write(context, How::Recovery, write);
        self.committer.submit(job)?;
        Ok(pending)
    }

    /// Removes what was deleted and committed from the files of the database, as far as this software can.
    ///
    /// It blocks, at most for about three seconds.
    pub fn forget_deleted(&self) -> Result<Residue, StoreError> {
        residue::forget_deleted(&self.location)
    }

    /// How many writes wait.
    pub fn queue_depth(&self) -> usize {
        self.committer.depth()
    }

    /// How much was committed.
    pub fn counters(&self) -> &CommitCounters {
        self.committer.counters()
    }

    /// The key-encryption key.
    pub const fn seal(&self) -> &Arc<Seal> {
        &self.seal
    }
}

/// A pool of connections that cannot write.
fn readers_of(location: &Location, connections: u32) -> Result<Pool<Connector>, OpenError> {
    Pool::builder()
        .max_size(connections)
        .min_idle(Some(0))
        .connection_timeout(POOL_WAIT)
        .test_on_check_out(false)
        .build(Connector(location.clone()))
        .map_err(|error| OpenError::Pool(error.to_string()))
}

fn connect(location: &Location) -> Result<Db, OpenError> {
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
