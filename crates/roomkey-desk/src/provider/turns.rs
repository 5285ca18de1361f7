//! Which room's session is being made: one call at a time for each room.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use roomkey_claims::{RoomId, Timestamp};

use crate::provider::fault::ProviderFault;

/// For how long a provider that failed is not asked again for the same room, by this node.
pub(crate) const SPARED: Duration = Duration::from_secs(5);

/// The rooms for which a session is being made: one call at a time for each, whoever waits.
///
/// It decides nothing: of two nodes that call at once, the transaction lets one win.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<BTreeMap<RoomId, Turn>>);

/// Whose turn it is, with how the last call failed and when.
pub(crate) type Turn = Arc<tokio::sync::Mutex<Option<(Timestamp, ProviderFault)>>>;

impl Turns {
    /// Whose turn it is in a room.
    pub(crate) fn turn(&self, room: &RoomId, now: Timestamp) -> Turn {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tidy(&mut rooms, now);
        Arc::clone(rooms.entry(room.clone()).or_default())
    }
}

/// Forgets the rooms for which no request waits and no failure is fresh.
fn tidy(rooms: &mut BTreeMap<RoomId, Turn>, now: Timestamp) {
    rooms.retain(|_, turn| {
        let fresh = |failed: &Option<(Timestamp, ProviderFault)>| {
            failed.as_ref().is_some_and(|(at, _)| now < at.plus(SPARED))
        };
        1 < Arc::strong_count(turn) || turn.try_lock().map_or(true, |failed| fresh(&failed))
    });
}
