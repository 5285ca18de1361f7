//! The one writer of this process: whatever waits is committed together, as soon as the commit before has ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use diesel::connection::SimpleConnection;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::commit::batch::{Batch, Means};
use crate::commit::job::Job;
use crate::db::connection::Db;
use crate::db::error::StoreError;

/// Most jobs of one transaction.
pub(crate) const MAX_BATCH: usize = 256;

/// How much was committed since the start, for metrics.
#[derive(Debug, Default)]
pub struct CommitCounters {
    /// Transactions.
    pub commits: AtomicU64,
    /// Transactions that failed.
    pub failures: AtomicU64,
    /// Jobs.
    pub jobs: AtomicU64,
    /// Entries.
    pub entries: AtomicU64,
    /// Microseconds spent in transactions.
    pub busy_micros: AtomicU64,
}

/// The queue and the thread behind it.
#[derive(Debug)]
pub(crate) struct Committer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    counters: Arc<CommitCounters>,
}

impl Committer {
    /// Starts the thread with a connection that is ready.
    pub(crate) fn start(means: Means, db: Db, waiting: usize) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(waiting);
        let counters = Arc::new(CommitCounters::default());
        let mut worker = Worker { means, db: Some(db), counters: Arc::clone(&counters) };
        let thread = std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || worker.run(jobs))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), counters })
    }

    /// Puts a job into the queue, or refuses it at once.
    pub(crate) fn submit(&self, job: Job) -> Result<(), StoreError> {
        let Some(queue) = &self.queue else { return Err(StoreError::Stopped) };
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Closed(_) => StoreError::Stopped,
        })
    }

    /// How many jobs wait.
    pub(crate) fn depth(&self) -> usize {
        self.queue.as_ref().map_or(0, |queue| queue.max_capacity() - queue.capacity())
    }

    pub(crate) fn counters(&self) -> &CommitCounters {
        &self.counters
    }
}

/// Finishes what waits, then ends the thread.
impl Drop for Committer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the committer's thread panicked");
        }
    }
}

struct Worker {
    means: Means,
    db: Option<Db>,
    counters: Arc<CommitCounters>,
}

impl Worker {
    fn run(&mut self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(MAX_BATCH);
        while queue.blocking_recv_many(&mut jobs, MAX_BATCH) > 0 {
            jobs.retain(|job: &Job| !job.is_abandoned());
            if jobs.is_empty() {
                continue;
            }
            let started = std::time::Instant::now();
            // Whatever panics beside the jobs, this thread goes on: the connection is gone, and nothing was committed
            // that anybody holds a receipt for.
            let committed = catch_unwind(AssertUnwindSafe(|| self.commit(&mut jobs)));
            let committed = committed.unwrap_or(Err(StoreError::Panicked));
            let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.counters.busy_micros.fetch_add(micros, Ordering::Relaxed);
            self.count(&committed, jobs.len());
            let committed = committed.map(|_| ());
            for job in jobs.drain(..) {
                job.finish(committed.clone());
            }
        }
    }

    fn count(&self, committed: &Result<usize, StoreError>, jobs: usize) {
        self.counters.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
        match committed {
            Ok(entries) => {
                self.counters.commits.fetch_add(1, Ordering::Relaxed);
                self.counters.entries.fetch_add(*entries as u64, Ordering::Relaxed);
            }
            Err(error) => {
                self.counters.failures.fetch_add(1, Ordering::Relaxed);
                tracing::error!(error = error as &dyn std::error::Error, cause = ?std::error::Error::source(error), "a transaction failed");
            }
        }
    }

    /// A connection with an open transaction; where the one at hand turns out to be dead, a new one: nothing ran yet.
    fn begin(&mut self) -> Result<Db, StoreError> {
        if let Some(mut db) = self.db.take()
            && db.batch_execute(begin(&db)).is_ok()
        {
            return Ok(db);
        }
        let connected = self.means.location.connect();
        let mut db = connected.map_err(|error| StoreError::Connection(error.to_string().into()))?;
        db.batch_execute(begin(&db))?;
        Ok(db)
    }

    /// Runs the jobs in one transaction and commits it; returns the number of entries.
    ///
    /// After a failure the connection is dropped: what its transaction did is rolled back, or unknown, and then no
    /// receipt is made (over-record is allowed, under-record never).
    fn commit(&mut self, jobs: &mut [Job]) -> Result<usize, StoreError> {
        let mut db = self.begin()?;
        let written = Batch::open(&mut db, &self.means).and_then(|batch| batch.run(jobs));
        match written {
            Ok(written) => {
                written.commit(&mut db)?;
                self.db = Some(db);
                Ok(written.entries)
            }
            Err(error) => {
                if db.batch_execute("ROLLBACK").is_ok() {
                    self.db = Some(db);
                }
                Err(error)
            }
        }
    }
}

const fn begin(db: &Db) -> &'static str {
    match db {
        // An ordinary BEGIN that reads and then writes fails under concurrency on SQLite.
        Db::Sqlite(_) => "BEGIN IMMEDIATE",
        Db::Postgres(_) => "BEGIN ISOLATION LEVEL READ COMMITTED",
    }
}
