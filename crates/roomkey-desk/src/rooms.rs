//! Rooms: added, listed, changed, closed and opened, all by admins.

pub mod change;
pub mod error;
pub mod provider;
mod settings;

use roomkey_claims::RoomId;
use roomkey_storage::{Refused, Room};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};
use crate::tokens::Tokens;

/// Adds a room whose profile the settings know and whose bounds fit some lifetime; returns the index of the entry.
pub async fn add(
    ground: &Ground,
    tokens: &Tokens,
    admin: &Admin,
    room: Room,
) -> Result<u64, DeskError> {
    tokens.in_force().rules.check_room(&room.room, &room.settings)?;
    ground.change(admin, move |writer| writer.add_room(&room)).await
}

/// Rooms by name, after a name.
pub async fn list(
    ground: &Ground,
    _admin: &Admin,
    after: Option<RoomId>,
    limit: u16,
) -> Result<Listing<Room>, DeskError> {
    let rooms = ground.read(move |reader| reader.rooms(after.as_ref(), one_more(limit))).await?;
    Ok(Listing::cut(rooms, limit))
}

/// The room of a name.
pub async fn show(ground: &Ground, _admin: &Admin, room: RoomId) -> Result<Room, DeskError> {
    let room = ground.read(move |reader| reader.room(&room)).await?;
    room.ok_or(DeskError::Refused(Refused::NoSuchRoom))
}

/// Closes a room, so that nobody gets a key; returns the index of the entry, if anything changed.
pub async fn close(ground: &Ground, admin: &Admin, room: RoomId) -> Result<Option<u64>, DeskError> {
    ground.change(admin, move |writer| writer.close_room(&room)).await
}

/// Opens a closed room again; returns the index of the entry, if anything changed.
pub async fn open(ground: &Ground, admin: &Admin, room: RoomId) -> Result<Option<u64>, DeskError> {
    ground.change(admin, move |writer| writer.open_room(&room)).await
}
