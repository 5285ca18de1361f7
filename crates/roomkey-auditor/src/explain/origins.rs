//! Which entry put something into force.

use std::collections::BTreeMap;

use roomkey_audit::{Entry, Event, MemberPlace, MemberSet, RoomSet};
use roomkey_claims::{EventId, RoomId};

use crate::scan::find;

/// The newest entry that set each thing.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// The policy.
    pub(super) policy: Option<u64>,
    /// Settings of rooms, whether open or closed included.
    pub(super) rooms: BTreeMap<RoomId, u64>,
    /// Memberships.
    pub(super) members: BTreeMap<MemberPlace, u64>,
    /// Windows of events.
    pub(super) windows: BTreeMap<(RoomId, EventId), u64>,
    /// The meetings that were started last.
    pub(super) meetings: BTreeMap<RoomId, u64>,
}

impl Origins {
    /// Takes note of an entry.
    pub(super) fn note(&mut self, index: u64, bytes: &[u8]) {
        // Most entries are of other kinds; inside a text, each quote stands behind a backslash.
        const KEY: &[u8] = b",\"k\":\"";
        let at = find(bytes, KEY);
        let kind = at.and_then(|at| bytes.get(at + KEY.len()..)).unwrap_or_default();
        let sets = ["policy.", "room.", "member.", "event.", "meeting."];
        if !sets.iter().any(|set| kind.starts_with(set.as_bytes())) {
            return;
        }
        let Ok(entry) = Entry::from_bytes(bytes) else { return };
        match entry.event {
            Event::PolicySet { .. } => self.policy = Some(index),
            Event::RoomAdded(RoomSet { room, .. })
            | Event::RoomChanged(RoomSet { room, .. })
            | Event::RoomClosed { room }
            | Event::RoomOpened { room } => {
                self.rooms.insert(room, index);
            }
            Event::MemberAdded(MemberSet { place, .. })
            | Event::MemberChanged(MemberSet { place, .. }) => {
                self.members.insert(place, index);
            }
            Event::MemberRemoved(place) => {
                self.members.remove(&place);
            }
            Event::EventSet { room, event, .. } => {
                self.windows.insert((room, event), index);
            }
            Event::MeetingStarted { room, .. } => {
                self.meetings.insert(room, index);
            }
            _ => {}
        }
    }
}
