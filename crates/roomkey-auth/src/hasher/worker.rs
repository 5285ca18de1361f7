//! One thread of the pool and its memory.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use roomkey_claims::PasswordHash;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::phc::{self, Parts};
use super::{Shared, Verdict};
use crate::hash_settings::{HASH_BYTES, SALT_BYTES};

/// What the pool can be asked to do.
pub(super) enum Job {
    Hash { password: SecretString, reply: oneshot::Sender<PasswordHash> },
    Verify { password: SecretString, stored: Option<PasswordHash>, reply: oneshot::Sender<Verdict> },
}

/// One thread of the pool.
pub(super) struct Worker {
    shared: Arc<Shared>,
    /// argon2's memory: empty until the first job, then as large as the settings say.
    memory: Vec<Block>,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, memory: Vec::new() }
    }

    /// Works until the queue is closed.
    pub(super) fn run(mut self) {
        while let Some(job) = self.next() {
            // A job that panics costs its caller the answer, not the desk a thread.
            catch_unwind(AssertUnwindSafe(|| self.work(job))).ok();
        }
    }

    /// The next job; before it waits for one, it wipes what the last passwords left in memory.
    ///
    /// Under load the next job overwrites it anyway, and wiping would cost a tenth of the throughput.
    fn next(&mut self) -> Option<Job> {
        if let Some(job) = self.shared.queue.take_now() {
            return Some(job);
        }
        wipe(&mut self.memory);
        self.shared.queue.take()
    }

    fn work(&mut self, job: Job) {
        match job {
            Job::Hash { reply, .. } if reply.is_closed() => {}
            Job::Verify { reply, .. } if reply.is_closed() => {}
            Job::Hash { password, reply } => {
                if let Ok(hash) = self.hash(&password) {
                    reply.send(hash).ok();
                }
            }
            Job::Verify { password, stored, reply } => {
                self.shared.verifications.fetch_add(1, Ordering::Relaxed);
                reply.send(self.verify(&password, stored.as_ref())).ok();
            }
        }
    }

    /// The hash of a password with a new salt and today's settings.
    fn hash(&mut self, password: &SecretString) -> argon2::Result<PasswordHash> {
        let settings = self.shared.settings;
        let mut salt = [0; SALT_BYTES];
        self.shared.ids.fill(&mut salt);
        let mut hash = [0; HASH_BYTES];
        self.compute(settings.params(), password, &salt, &mut hash)?;
        Ok(phc::write(settings, &salt, &hash))
    }

    fn verify(&mut self, password: &SecretString, stored: Option<&PasswordHash>) -> Verdict {
        let Some(parts) = Parts::read(stored.unwrap_or(&self.shared.nobody)) else {
            return self.refuse_unreadable(password);
        };
        let mut hash = Zeroizing::new(vec![0; parts.hash().len()]);
        if self.compute(parts.params.clone(), password, parts.salt(), &mut hash).is_err() {
            return self.refuse_unreadable(password);
        }
        let equal = bool::from(hash.ct_eq(parts.hash()));
        if stored.is_none() {
            return Verdict::Wrong;
        }
        if !equal {
            self.top_up(&parts.params, password);
            return Verdict::Wrong;
        }
        if parts.is_current(self.shared.settings) {
            return Verdict::Right { rehash: None };
        }
        Verdict::Right { rehash: self.hash(password).ok() }
    }

    /// Refuses a password whose hash is damaged, after the work that any other costs.
    fn refuse_unreadable(&mut self, password: &SecretString) -> Verdict {
        // Only the time that it takes is wanted.
        self.hash(password).ok();
        Verdict::Unreadable
    }

    /// Does the work that a hash with lesser parameters spared.
    fn top_up(&mut self, stored: &Params, password: &SecretString) {
        if let Some(params) = self.shared.settings.top_up(stored) {
            let mut hash = Zeroizing::new([0; HASH_BYTES]);
            // Only the time that it takes is wanted.
            self.compute(params, password, &[0; SALT_BYTES], hash.as_mut_slice()).ok();
        }
    }

    /// argon2id, version 19, in this thread's memory.
    fn compute(
        &mut self,
        params: Params,
        password: &SecretString,
        salt: &[u8],
        hash: &mut [u8],
    ) -> argon2::Result<()> {
        let kept = self.shared.settings.params().block_count();
        let needed = params.block_count();
        let missing = kept.max(needed).saturating_sub(self.memory.len());
        self.memory.reserve_exact(missing);
        self.memory.resize(self.memory.len() + missing, Block::new());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let password = password.expose_secret().as_bytes();
        let result =
            argon2.hash_password_into_with_memory(password, salt, hash, self.memory.as_mut_slice());
        if kept < needed {
            // A hash from times with more memory: what is over goes back, wiped.
            wipe(self.memory.get_mut(kept..).unwrap_or_default());
            self.memory.truncate(kept);
            self.memory.shrink_to_fit();
        }
        result
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        wipe(&mut self.memory);
    }
}

/// Overwrites argon2's memory, from which a password could be guessed more cheaply than from its hash.
fn wipe(memory: &mut [Block]) {
    memory.fill(Block::new());
    // Keeps the compiler from leaving out a write whose result nobody reads.
    black_box(memory);
}
