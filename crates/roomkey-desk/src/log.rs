//! The signed tree over the log: moved on by one integrator at a time, published, proved, and recovered by a person.

pub mod check;
pub mod error;
pub mod integrate;
pub mod key;
pub mod outlet;
pub mod proof;
pub mod published;
pub mod recover;
pub mod verify;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use roomkey_audit::Actor;
use roomkey_claims::Timestamp;

use crate::audit::watch::HeadWatch;

/// What readers of the log share: one look at its end for all that wait, and who was recorded as reading bundles.
#[derive(Debug)]
pub struct Log {
    head: Arc<HeadWatch>,
    bundle_readers: Mutex<BTreeMap<Actor, Timestamp>>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { head: Arc::new(HeadWatch::new()), bundle_readers: Mutex::default() }
    }

    /// Ends every wait for more of the log: for when the server stops.
    pub fn stop_waiting(&self) {
        self.head.stop();
    }

    pub(crate) const fn head(&self) -> &Arc<HeadWatch> {
        &self.head
    }

    pub(crate) const fn bundle_readers(&self) -> &Mutex<BTreeMap<Actor, Timestamp>> {
        &self.bundle_readers
    }
}
