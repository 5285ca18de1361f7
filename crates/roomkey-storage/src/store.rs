//! The store: reads from a pool, writes through the committer.

use std::path::Path;
use std::sync::Arc;

use diesel::r2d2::Pool;
use roomkey_audit::NodeName;
use roomkey_claims::{Clock, Facts, IdSource, SessionTokenHash};

use crate::commit::batch::Means;
use crate::commit::calls::{self, ProviderCall};
use crate::commit::committer::{CommitCounters, Committer};
use crate::commit::job::{self, How, Outcome, Pending, Ruling, Ticket};
use crate::commit::lookup::Lookup;
use crate::db::backup;
use crate::db::connection::{Connector, Location};
use crate::db::error::{StoreError, WriteError};
use crate::db::migrate::{self, SchemaStatus};
use crate::db::open::{self, KeySource, OpenError};
use crate::db::reader::Reader;
use crate::db::receipt::{Issued, Receipt};
use crate::db::residue::{self, Residue};
use crate::db::seal::Seal;
use crate::db::writer::{Context, Writer};
use crate::tables::sessions::Session;

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
        let (db, seal) = open::open(&location, &key, ids.as_ref())?;
        let pool = open::readers_of(&location, readers)?;
        // With a connection of its own, so that no slow reading of the log holds up who wants a key.
        let own = open::readers_of(&location, 1)?;
        let means = Means { location: location.clone(), node, clock, ids };
        let committer = Committer::start(means, db, queue).map_err(OpenError::Thread)?;
        let lookup = Lookup::start(own, queue).map_err(OpenError::Thread)?;
        Ok(Self { location, committer, lookup, pool, seal: Arc::new(seal) })
    }

    /// How the schema of a database stands.
    pub fn schema_status(location: &Location) -> Result<SchemaStatus, OpenError> {
        Ok(migrate::status(&mut open::connect(location)?)?)
    }

    /// Runs the migrations that a database lacks; returns how many ran.
    pub fn migrate(location: &Location) -> Result<usize, OpenError> {
        Ok(migrate::up(&mut open::connect(location)?)?)
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
        self.submit(context, How::Awaited, write)
    }

    /// Makes a change for which nobody waits.
    pub fn write_detached<F>(&self, context: Context, write: F) -> Result<(), StoreError>
    where
        F: FnOnce(&mut Writer<'_>) -> Result<(), WriteError> + Send + 'static,
    {
        self.submit(context, How::Detached, write).map(drop)
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
        self.submit(context, How::Recovery, write)
    }

    fn submit<T, F>(
        &self,
        context: Context,
        how: How,
        write: F,
    ) -> Result<Pending<T, WriteError>, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
    {
        let (job, pending) = job::write(context, how, write);
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
