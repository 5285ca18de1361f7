//! Waiting for the log to grow: one look at its end for everybody who waits, none where nobody does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::ground::Reading;

/// How often the end of the log is looked at while somebody waits.
const INTERVAL: Duration = Duration::from_millis(250);

/// The end of the log as it was last seen.
#[derive(Debug)]
pub(crate) struct HeadWatch {
    seen: watch::Sender<u64>,
    /// Whether somebody looks; under the lock it also decides who does.
    looking: Mutex<bool>,
    stopped: AtomicBool,
}

/// Says that nobody looks any more, however the looking ended.
struct Looking(Arc<HeadWatch>);

impl Drop for Looking {
    fn drop(&mut self) {
        *self.0.looking.lock().unwrap_or_else(PoisonError::into_inner) = false;
        // Who waits takes over.
        self.0.seen.send_modify(|_| {});
    }
}

impl HeadWatch {
    pub(crate) fn new() -> Self {
        let (seen, _) = watch::channel(0);
        Self { seen, looking: Mutex::new(false), stopped: AtomicBool::new(false) }
    }

    /// Ends every wait, now and from now on.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.seen.send_modify(|_| {});
    }

    /// Whether waiting is over for good.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Waits until the log has more than `size` entries, or for this long.
    pub(crate) async fn beyond(self: &Arc<Self>, reading: &Reading, size: u64, limit: Duration) {
        let mut seen = self.seen.subscribe();
        let grown = async {
            while *seen.borrow_and_update() <= size && !self.is_stopped() {
                self.look(reading);
                if seen.changed().await.is_err() {
                    return;
                }
            }
        };
        drop(tokio::time::timeout(limit, grown).await);
    }

    /// Has somebody look, where nobody does yet.
    fn look(self: &Arc<Self>, reading: &Reading) {
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *looking, true) {
            return;
        }
        drop(looking);
        let (looking, reading) = (Looking(Arc::clone(self)), reading.clone());
        tokio::spawn(async move {
            let watch = &looking.0;
            while watch.seen.receiver_count() != 0 && !watch.is_stopped() {
                // Where the database does not answer, the next look may find it again.
                if let Ok(head) = reading.clone().read(|reader| reader.head()).await {
                    watch.seen.send_if_modified(|seen| {
                        let grew = *seen < head.next_index;
                        *seen = (*seen).max(head.next_index);
                        grew
                    });
                }
                tokio::time::sleep(INTERVAL).await;
            }
        });
    }
}
