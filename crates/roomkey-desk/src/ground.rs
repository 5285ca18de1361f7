//! The ground of every use case: the database, time, randomness, and places for reads.

use std::sync::Arc;
use std::time::Duration;

use roomkey_audit::Event;
use roomkey_claims::{Clock, DeskRole, IdSource};
use roomkey_storage::{
    CommitCounters, Context, OpenError, Pending, Reader, Store, StoreError, StoreOptions,
    WriteError, Writer,
};
use tokio::sync::Semaphore;

use crate::authority::{Actor, Admin};
use crate::error::DeskError;

/// How long a caller waits for a commit before it is told that the outcome is unknown.
pub const COMMIT_DEADLINE: Duration = Duration::from_secs(2);

/// Reads that run or wait for a connection at once.
const READS: usize = 32;

/// What every use case works on. Its clones share everything.
#[derive(Debug, Clone)]
pub struct Ground {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// How many reads may run or wait for a connection at once; the others wait for a place.
    reads: Arc<Semaphore>,
}

impl Ground {
    /// Opens the database and starts the thread that commits. It blocks.
    pub(crate) fn open(options: StoreOptions) -> Result<Self, OpenError> {
        let (clock, ids) = (Arc::clone(&options.clock), Arc::clone(&options.ids));
        let store = Arc::new(Store::open(options)?);
        Ok(Self { store, clock, ids, reads: Arc::new(Semaphore::new(READS)) })
    }

    /// How much was committed.
    pub fn counters(&self) -> &CommitCounters {
        self.store.counters()
    }

    /// How many writes wait.
    pub fn queue_depth(&self) -> usize {
        self.store.queue_depth()
    }

    /// The time.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Randomness.
    pub fn ids(&self) -> &dyn IdSource {
        self.ids.as_ref()
    }

    /// The database.
    ///
    /// Only use cases touch it: code that can write needs no authority to change anything.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The database, for work on another thread.
    pub(crate) fn store_shared(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    pub(crate) const fn clock_shared(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(crate) const fn ids_shared(&self) -> &Arc<dyn IdSource> {
        &self.ids
    }

    /// What reads without the rest.
    pub(crate) fn reading(&self) -> Reading {
        Reading { store: Arc::clone(&self.store), places: Arc::clone(&self.reads) }
    }

    /// Reads on a thread that may block, in a bounded time and with bounded company.
    pub(crate) async fn read<T, F>(&self, read: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.reading().read(read).await
    }

    /// Makes a change on the authority of an admin, which is checked once more in the transaction.
    pub(crate) async fn change<T, F>(&self, admin: &Admin, change: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
    {
        let change = move |writer: &mut Writer<'_>| {
            writer.require(&[DeskRole::Admin])?;
            change(writer)
        };
        self.write(admin.actor().context(), change).await
    }

    /// Records what changes nothing, on an authority that is checked once more in the transaction.
    pub(crate) async fn record(&self, actor: &Actor, event: Event) -> Result<u64, DeskError> {
        let reading = matches!(event, Event::AuditRead { .. } | Event::AuditExported { .. });
        let recorded = self.write(actor.context(), move |writer| {
            if reading {
                writer.require(&[DeskRole::Auditor, DeskRole::Admin])?;
            } else {
                writer.require_somebody()?;
            }
            Ok(writer.record(event)?)
        });
        match recorded.await {
            // Somebody has to look into it: a frozen log is read, though nothing can be recorded.
            Err(DeskError::Store(StoreError::Frozen(reason))) if reading => {
                tracing::warn!(%reason, by = ?actor.context().by, "a frozen log is read, which cannot be recorded");
                Ok(self.read(|reader| reader.head()).await?.next_index)
            }
            recorded => recorded,
        }
    }

    /// Writes, and waits for the commit.
    pub(crate) async fn write<T, F>(&self, context: Context, write: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
    {
        Ok(committed(self.store.write(context, write)?).await?)
    }
}

/// The means to read the database.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    store: Arc<Store>,
    places: Arc<Semaphore>,
}

impl Reading {
    /// Reads on a thread that may block, in a bounded time and with bounded company.
    pub(crate) async fn read<T, F>(self, read: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let Self { store, places } = self;
        let reading = async move {
            let permit = places.acquire_owned().await.map_err(|_| StoreError::Stopped)?;
            let blocking = tokio::task::spawn_blocking(move || {
                let result = store.read(read);
                drop(permit);
                result
            });
            blocking.await.map_err(|_| StoreError::Panicked)?
        };
        Ok(tokio::time::timeout(COMMIT_DEADLINE, reading).await.unwrap_or(Err(StoreError::Slow))?)
    }
}

/// Waits for a commit, at most [`COMMIT_DEADLINE`].
pub(crate) async fn committed<T, E: From<StoreError>>(pending: Pending<T, E>) -> Result<T, E> {
    tokio::time::timeout(COMMIT_DEADLINE, pending)
        .await
        .unwrap_or_else(|_| Err(StoreError::Deadline.into()))
}
