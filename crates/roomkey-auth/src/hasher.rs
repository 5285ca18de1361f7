//! A pool of threads that does nothing but hash passwords.
//!
//! argon2 is the most expensive thing a stranger can ask of the desk, so its cost is fixed in advance: so many threads,
//! each with memory of its own that it uses again and again (fresh memory for each hash lets glibc's arenas grow without
//! bound), and so many jobs that wait.
//! One more is refused at once, and the caller answers 503.

use std::fmt;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};

use roomkey_claims::{IdSource, PasswordHash};
use secrecy::SecretString;
use tokio::sync::oneshot;

use crate::HashSettings;

mod phc;
mod queue;
mod worker;

use queue::Queue;
use worker::{Job, Worker};

/// The pool.
///
/// It asks nothing about a password: [`crate::PasswordPolicy`] does, and refuses one of more than 1 KiB even at login.
/// Dropping it stops it: a job in work is finished, the waiting ones end with [`HasherStopped`].
pub struct Hasher {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// What the threads have in common.
struct Shared {
    settings: HashSettings,
    queue: Queue<Job>,
    ids: Arc<dyn IdSource>,
    /// What the password of an unknown user is compared with.
    nobody: PasswordHash,
    verifications: AtomicU64,
}

impl Hasher {
    /// Starts `threads` threads and lets at most `queue` jobs wait.
    ///
    /// It holds `threads` times the memory of the settings once that many passwords were hashed at the same time.
    pub fn start(
        settings: HashSettings,
        threads: NonZeroUsize,
        queue: NonZeroUsize,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        let nobody = phc::nobody(settings, ids.as_ref());
        let verifications = AtomicU64::new(0);
        let queue = Queue::new(queue);
        let shared = Arc::new(Shared { settings, queue, ids, nobody, verifications });
        let threads = (0..threads.get())
            .map(|number| {
                let worker = Worker::new(Arc::clone(&shared));
                #[expect(
                    clippy::expect_used,
                    reason = "at the start of the desk: without threads it could log nobody in"
                )]
                thread::Builder::new()
                    .name(format!("hasher-{number}"))
                    .spawn(move || worker.run())
                    .expect("the operating system has a thread left")
            })
            .collect();
        Self { shared, threads }
    }

    /// Hashes a new password with a new salt.
    pub fn hash(&self, password: SecretString) -> Result<Pending<PasswordHash>, Busy> {
        let (reply, receiver) = oneshot::channel();
        self.shared.queue.push(Job::Hash { password, reply })?;
        Ok(Pending { receiver })
    }

    /// Compares a password with the stored hash, or does the same work in vain where there is no such user (`None`).
    ///
    /// Callers verify before they look at anything else (whether the user is disabled, for example), so that neither
    /// answer nor time tells what they found.
    pub fn verify(
        &self,
        password: SecretString,
        stored: Option<PasswordHash>,
    ) -> Result<Pending<Verdict>, Busy> {
        let (reply, receiver) = oneshot::channel();
        self.shared.queue.push(Job::Verify { password, stored, reply })?;
        Ok(Pending { receiver })
    }

    /// The parameters of new hashes.
    pub fn settings(&self) -> HashSettings {
        self.shared.settings
    }

    /// How many passwords were compared since the start, of known and unknown users alike.
    pub fn verifications(&self) -> u64 {
        self.shared.verifications.load(Ordering::Relaxed)
    }

    /// How many jobs wait now, without those in work.
    pub fn queue_depth(&self) -> usize {
        self.shared.queue.depth()
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.shared.queue.close();
        for thread in self.threads.drain(..) {
            // A thread catches the panics of its jobs; one of its own has nothing left to tell here.
            thread.join().ok();
        }
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher")
            .field("settings", &self.shared.settings)
            .field("threads", &self.threads.len())
            .finish_non_exhaustive()
    }
}

/// What came of comparing a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is the user's.
    Right {
        /// Its hash with today's settings, to be stored instead, where the stored one has others.
        rehash: Option<PasswordHash>,
    },
    /// It is not, or there is no such user.
    Wrong,
    /// The stored hash cannot be computed: damaged, or beyond the bounds of [`HashSettings`].
    ///
    /// Answered like [`Verdict::Wrong`], after the same work, but somebody has to look at the database.
    Unreadable,
}

/// The result of a job that is not finished yet: a future, or a value to [`Pending::wait`] for.
///
/// Dropped before its turn, it spares the pool the work.
#[derive(Debug)]
#[must_use = "the job is skipped when nobody waits for its result"]
pub struct Pending<T> {
    receiver: oneshot::Receiver<T>,
}

impl<T> Pending<T> {
    /// Blocks the thread until the result is there; not for asynchronous code, where it panics.
    pub fn wait(self) -> Result<T, HasherStopped> {
        self.receiver.blocking_recv().map_err(|_| HasherStopped)
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, HasherStopped>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.receiver).poll(cx).map_err(|_| HasherStopped)
    }
}

/// The queue of the pool is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked: try again in a few seconds")]
pub struct Busy;

/// The pool ended before the job did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password was not checked because the desk is stopping: try again later")]
pub struct HasherStopped;

#[cfg(test)]
mod tests;
