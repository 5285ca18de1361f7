//! The desk starts a meeting itself, for the first who joins a room whose provider makes sessions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use roomkey_audit::{Actor, RequestId};
use roomkey_claims::{RoomId, Timestamp};
use roomkey_storage::{Context, Refused, Writer};

use crate::desk::Desk;
use crate::error::OpsError;
use crate::provider::call::ProviderFault;

/// For how long a provider that failed is not asked again for the same room, by this node.
const SPARED: Duration = Duration::from_secs(5);

/// The rooms for which a session is being made: one call at a time for each, whoever waits.
///
/// It decides nothing: of two nodes that call at once, the transaction lets one win.
#[derive(Debug, Default)]
pub(crate) struct Starting(Mutex<BTreeMap<RoomId, Turn>>);

/// Whose turn it is, with how the last call failed and when.
type Turn = Arc<tokio::sync::Mutex<Option<(Timestamp, ProviderFault)>>>;

impl Starting {
    fn turn(&self, room: &RoomId) -> Turn {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(rooms.entry(room.clone()).or_default())
    }

    /// Forgets the rooms for which nobody waits and no failure is fresh.
    pub(crate) fn tidy(&self, now: Timestamp) {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.retain(|_, turn| {
            let fresh = |failed: &Option<(Timestamp, ProviderFault)>| {
                failed.as_ref().is_some_and(|(at, _)| now < at.plus(SPARED))
            };
            1 < Arc::strong_count(turn) || turn.try_lock().map_or(true, |failed| fresh(&failed))
        });
    }
}

impl Desk {
    /// Starts a meeting where none runs, in the name of the desk; whoever comes second gets the first one's.
    pub(crate) async fn first_meeting(
        &self,
        room: &RoomId,
        request: Option<RequestId>,
    ) -> Result<(), OpsError> {
        let turn = self.starting.turn(room);
        let mut failed = turn.lock().await;
        let before = self.before(room).await?;
        if before.runs {
            return Ok(());
        }
        let now = self.clock().now();
        if let Some((at, fault)) = failed.as_ref()
            && (*at..at.plus(SPARED)).contains(&now)
        {
            return Err(OpsError::Provider(fault.clone()));
        }
        *failed = None;
        let of = room.clone();
        let open = move |writer: &mut Writer<'_>| {
            let closed = writer.room(&of)?.settings.closed;
            if closed { Err(Refused::MeetingRaced.into()) } else { Ok(()) }
        };
        let context = Context { by: Actor::System, req: request };
        match self.start(context, (room, before), open).await {
            // The session that was made for nothing is dropped: nobody knows its id.
            Ok(_) | Err(OpsError::Refused(Refused::MeetingRaced)) => Ok(()),
            Err(OpsError::Provider(fault)) => {
                // Another node may have been luckier.
                if self.before(room).await?.runs {
                    return Ok(());
                }
                *failed = Some((self.clock().now(), fault.clone()));
                Err(OpsError::Provider(fault))
            }
            // What is wrong with the settings is the operator's to know.
            Err(error @ (OpsError::UnknownProfile { .. } | OpsError::Call(_))) => {
                tracing::error!(error = &error as &dyn std::error::Error, %room, "no meeting could be started");
                Err(OpsError::NoUsableKey)
            }
            Err(OpsError::Refused(Refused::KeyNotInForce)) => Err(OpsError::NoUsableKey),
            Err(error) => Err(error),
        }
    }
}
