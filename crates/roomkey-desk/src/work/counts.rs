//! Denials past the first of their sort, and failed logins: counted within a minute, recorded as one entry.

use std::time::Duration;

use roomkey_audit::{Actor, Event};
use roomkey_claims::{Reason, RoomId, Timestamp};
use roomkey_storage::Context;

use crate::desk::Desk;
use crate::tally::{Counted, Tally};

/// Denials of one actor, room and reason in a minute that get an entry each; the others are counted.
const DENIALS_RECORDED: u32 = 10;

/// Denials of one actor in a minute that get an entry each, whatever the rooms: naming ever new rooms fills no log.
const DENIALS_OF_ACTOR_RECORDED: u32 = 100;

/// Counts that are written in one transaction.
const COUNTS_AT_ONCE: usize = 100;

/// How long a stop waits for the last counts to be written.
const LAST_COUNTS: Duration = Duration::from_secs(5);

/// Whose denials are counted together.
type DenialKey = (Actor, Option<RoomId>, Reason);

/// Denials of this minute, to record the first of each sort and to count the others.
#[derive(Debug)]
pub(crate) struct Denials {
    of_actor: Tally<Actor>,
    of_room: Tally<DenialKey>,
    /// Those that have no entry of their own.
    unrecorded: Tally<DenialKey>,
}

impl Denials {
    pub(crate) const fn new() -> Self {
        Self { of_actor: Tally::new(), of_room: Tally::new(), unrecorded: Tally::new() }
    }

    /// Whether this denial gets an entry of its own; else it is counted.
    pub(crate) fn records(
        &self,
        by: &Actor,
        room: Option<&RoomId>,
        reason: Reason,
        at: Timestamp,
    ) -> bool {
        if self.of_actor.note(by.clone(), at) > DENIALS_OF_ACTOR_RECORDED {
            // Under no room, else the names would grow without bound.
            self.unrecorded.note((by.clone(), None, reason), at);
            return false;
        }
        let key = (by.clone(), room.cloned(), reason);
        if self.of_room.note(key.clone(), at) > DENIALS_RECORDED {
            self.unrecorded.note(key, at);
            return false;
        }
        true
    }
}

fn denials_entry(counted: &Counted<DenialKey>) -> (Actor, Event) {
    let (by, room, reason) = counted.key.clone();
    (by, Event::DenialsAggregated { room, reason, minute: counted.minute, count: counted.count })
}

fn logins_entry(counted: &Counted<String>) -> (Actor, Event) {
    let by = Actor::Address { prefix: counted.key.clone() };
    (by, Event::LoginFailed { minute: counted.minute, count: counted.count })
}

impl Desk {
    /// Writes the counts of minutes that are over. The server calls it every second.
    pub async fn housekeeping(&self) {
        let now = self.clock().now();
        self.starting.tidy(now);
        self.forget_old_visits(now);
        self.flush(Some(now)).await;
    }

    /// Writes all counts. The server calls it before it stops.
    pub async fn shutdown_flush(&self) {
        if tokio::time::timeout(LAST_COUNTS, self.flush(None)).await.is_err() {
            tracing::error!("the counts of the last minute could not be recorded in time");
        }
    }

    /// Writes counts, some at a time; what could not be written is counted on.
    async fn flush(&self, now: Option<Timestamp>) {
        drop((self.denials.of_actor.take(now), self.denials.of_room.take(now)));
        let (denials, logins) = (self.denials.unrecorded.take(now), self.failed_logins.take(now));
        for some in denials.chunks(COUNTS_AT_ONCE) {
            if !self.record_counts(some.iter().map(denials_entry).collect()).await {
                for counted in some {
                    self.denials.unrecorded.put_back(counted);
                }
            }
        }
        for some in logins.chunks(COUNTS_AT_ONCE) {
            if !self.record_counts(some.iter().map(logins_entry).collect()).await {
                for counted in some {
                    self.failed_logins.put_back(counted);
                }
            }
        }
    }

    async fn record_counts(&self, entries: Vec<(Actor, Event)>) -> bool {
        let written = self.write(Context::SYSTEM, move |writer| {
            entries
                .into_iter()
                .try_for_each(|(by, event)| writer.record_count(by, event).map(drop))?;
            Ok(())
        });
        match written.await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "counts could not be recorded yet"
                );
                false
            }
        }
    }
}
