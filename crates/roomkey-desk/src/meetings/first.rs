//! The desk starts a meeting itself, for the first who joins a room whose provider makes sessions.

use roomkey_audit::{Actor, RequestId};
use roomkey_claims::RoomId;
use roomkey_storage::{Context, Refused, Writer};

use crate::error::DeskError;
use crate::ground::Ground;
use crate::meetings::start::{Next, before, open};
use crate::provider::Provider;
use crate::provider::turns::SPARED;
use crate::tokens::Tokens;

/// Starts a meeting where none runs, in the name of the desk; whoever comes second gets the first one's.
pub(crate) async fn first_meeting(
    ground: &Ground,
    tokens: &Tokens,
    provider: &Provider,
    room: &RoomId,
    request: Option<RequestId>,
) -> Result<(), DeskError> {
    let turn = provider.turns().turn(room, ground.clock().now());
    let mut failed = turn.lock().await;
    let now_there = before(ground, room).await?;
    if now_there.runs {
        return Ok(());
    }
    let now = ground.clock().now();
    if let Some((at, fault)) = failed.as_ref()
        && (*at..at.plus(SPARED)).contains(&now)
    {
        return Err(DeskError::Provider(fault.clone()));
    }
    *failed = None;
    let of = room.clone();
    let allowed = move |writer: &mut Writer<'_>| {
        let closed = writer.room(&of)?.settings.closed;
        if closed { Err(Refused::MeetingRaced.into()) } else { Ok(()) }
    };
    let context = Context { by: Actor::System, req: request };
    match open(ground, tokens, provider, Next { context, room, before: now_there }, allowed).await {
        // The session that was made for nothing is dropped: nobody knows its id.
        Ok(_) | Err(DeskError::Refused(Refused::MeetingRaced)) => Ok(()),
        Err(DeskError::Provider(fault)) => {
            // Another node may have been luckier.
            if before(ground, room).await?.runs {
                return Ok(());
            }
            *failed = Some((ground.clock().now(), fault.clone()));
            Err(DeskError::Provider(fault))
        }
        // What is wrong with the settings is the operator's to know.
        Err(error @ (DeskError::UnknownProfile { .. } | DeskError::Call(_))) => {
            tracing::error!(error = &error as &dyn std::error::Error, %room, "no meeting could be started");
            Err(DeskError::NoUsableKey)
        }
        Err(DeskError::Refused(Refused::KeyNotInForce)) => Err(DeskError::NoUsableKey),
        Err(error) => Err(error),
    }
}
