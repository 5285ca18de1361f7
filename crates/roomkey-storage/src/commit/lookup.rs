//! Sessions of bearers, looked up in sets: whatever waits is read with one query, as soon as the one before is done.
//!
//! A read of its own for each request would cost two switches of threads each; nothing is kept between the queries.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use diesel::r2d2::Pool;
use roomkey_claims::SessionTokenHash;
use tokio::sync::{mpsc, oneshot};

use crate::commit::job::Pending;
use crate::db::connection::Connector;
use crate::db::error::StoreError;
use crate::db::reader::Reader;
use crate::tables::sessions::Session;

/// Most bearers of one query.
const MAX_SET: usize = 256;

/// A bearer whose session is looked up.
struct Asked {
    token: SessionTokenHash,
    reply: oneshot::Sender<Result<Option<Session>, StoreError>>,
}

/// The queue and the thread behind it.
#[derive(Debug)]
pub(crate) struct Lookup {
    queue: Option<mpsc::Sender<Asked>>,
    thread: Option<JoinHandle<()>>,
}

impl Lookup {
    pub(crate) fn start(pool: Pool<Connector>, waiting: usize) -> std::io::Result<Self> {
        let (queue, asked) = mpsc::channel(waiting);
        let thread = std::thread::Builder::new()
            .name("sessions".to_owned())
            .spawn(move || run(&pool, asked))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Asks for the session of a bearer; a full queue is refused at once.
    pub(crate) fn session(
        &self,
        token: SessionTokenHash,
    ) -> Result<Pending<Option<Session>, StoreError>, StoreError> {
        let Some(queue) = &self.queue else { return Err(StoreError::Stopped) };
        let (reply, pending) = oneshot::channel();
        queue.try_send(Asked { token, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
        })?;
        Ok(Pending::new(pending))
    }
}

impl Drop for Lookup {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that looks up sessions panicked");
        }
    }
}

fn run(pool: &Pool<Connector>, mut queue: mpsc::Receiver<Asked>) {
    let mut asked = Vec::with_capacity(MAX_SET);
    while queue.blocking_recv_many(&mut asked, MAX_SET) > 0 {
        asked.retain(|asked: &Asked| !asked.reply.is_closed());
        let found = catch_unwind(AssertUnwindSafe(|| read(pool, &asked)))
            .unwrap_or(Err(StoreError::Panicked));
        for Asked { token, reply } in asked.drain(..) {
            // Nobody may wait any more.
            drop(reply.send(
                found.as_ref().map(|found| found.get(&token).cloned()).map_err(Clone::clone),
            ));
        }
    }
}

fn read(
    pool: &Pool<Connector>,
    asked: &[Asked],
) -> Result<BTreeMap<SessionTokenHash, Session>, StoreError> {
    let mut slot = pool.get().map_err(|error| StoreError::Connection(error.to_string().into()))?;
    let tokens: Vec<SessionTokenHash> = asked.iter().map(|asked| asked.token).collect();
    let found = Reader { db: &mut slot.db }.sessions(&tokens);
    slot.failed = found.is_err();
    found
}
