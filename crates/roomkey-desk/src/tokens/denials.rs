//! Denials of the running minute: the first of each sort get an entry each, the others are counted.

use roomkey_audit::Actor;
use roomkey_claims::{Reason, RoomId, Timestamp};

use crate::tally::{Counted, Tally};

/// Denials of one actor, room and reason in a minute that get an entry each; the others are counted.
const DENIALS_RECORDED: u32 = 10;

/// Denials of one actor in a minute that get an entry each, whatever the rooms: naming ever new rooms fills no log.
const DENIALS_OF_ACTOR_RECORDED: u32 = 100;

/// Whose denials are counted together.
pub(crate) type DenialKey = (Actor, Option<RoomId>, Reason);

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

    /// Takes out the counts of the minutes that are over at `now`; all of them where it is `None`.
    pub(crate) fn take(&self, now: Option<Timestamp>) -> Vec<Counted<DenialKey>> {
        drop((self.of_actor.take(now), self.of_room.take(now)));
        self.unrecorded.take(now)
    }

    /// Counts again what was taken out and could not be recorded.
    pub(crate) fn put_back(&self, counted: &[Counted<DenialKey>]) {
        self.unrecorded.put_back(counted);
    }
}
