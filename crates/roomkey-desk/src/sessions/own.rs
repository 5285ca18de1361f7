//! What users do and see on their own: their session, their account, their rooms.

use roomkey_audit::EndReason;
use roomkey_claims::{DeskRole, RoomId};
use roomkey_storage::{RoomOfUser, User};

use crate::authority::Actor;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// Ends the actor's session.
pub async fn logout(ground: &Ground, actor: &Actor) -> Result<(), DeskError> {
    let session = actor.session().cloned().ok_or(DeskError::NotAllowed)?;
    match ground
        .write(actor.context(), move |writer| writer.end_session(&session, EndReason::Logout))
        .await
    {
        // It ended in the meantime: what was asked for is so.
        Ok(_) | Err(DeskError::Refused(roomkey_storage::Refused::NoSuchSession)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The actor as a user.
pub async fn user(ground: &Ground, actor: &Actor) -> Result<User, DeskError> {
    let subject = actor.subject().ok_or(DeskError::NotAllowed)?;
    ground.read(move |reader| reader.user_by_subject(subject)).await?.ok_or(DeskError::InvalidToken)
}

/// The rooms that the actor may enter, closed ones among them.
pub async fn rooms(
    ground: &Ground,
    actor: &Actor,
    after: Option<RoomId>,
    limit: u16,
) -> Result<Listing<RoomOfUser>, DeskError> {
    let subject = actor.subject().ok_or(DeskError::NotAllowed)?;
    if actor.role() == Some(DeskRole::Auditor) {
        // An auditor enters no room.
        return Ok(Listing { data: Vec::new(), more: false });
    }
    let found = ground
        .read(move |reader| reader.rooms_of(subject, after.as_ref(), one_more(limit)))
        .await?;
    Ok(Listing::cut(found, limit))
}
