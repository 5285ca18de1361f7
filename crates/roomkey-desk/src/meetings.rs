//! Meetings: each use of a room with its own session at the provider.

pub(crate) mod first;
pub mod start;

use roomkey_claims::{RoomId, Scope};
use roomkey_storage::{MeetingRow, Refused};

use crate::authority::{Admin, InRoom};
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// Ends the running meeting of a room; returns its number.
pub async fn end(ground: &Ground, in_room: &InRoom) -> Result<u32, DeskError> {
    if in_room.scope() != Scope::Meetings {
        return Err(DeskError::NotAllowed);
    }
    let room = in_room.room().clone();
    ground
        .write(in_room.actor().context(), move |writer| {
            writer.require_in_room(Scope::Meetings, &room)?;
            writer.end_meeting(&room)
        })
        .await
}

/// The meetings of a room, newest first, before a number.
pub async fn list(
    ground: &Ground,
    _admin: &Admin,
    room: RoomId,
    before: Option<u32>,
    limit: u16,
) -> Result<Listing<MeetingRow>, DeskError> {
    let found = ground.read(move |reader| match reader.room(&room)? {
        None => Ok(None),
        Some(_) => reader.meetings(&room, before, one_more(limit)).map(Some),
    });
    let meetings = found.await?.ok_or(DeskError::Refused(Refused::NoSuchRoom))?;
    Ok(Listing::cut(meetings, limit))
}
