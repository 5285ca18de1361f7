//! An admin looks at rooms.

use roomkey_claims::RoomId;
use roomkey_storage::{Refused, Room};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::listing::{Listing, one_more};

impl Desk {
    /// Rooms by name, after a name.
    pub async fn list_rooms(
        &self,
        _admin: &Admin,
        after: Option<RoomId>,
        limit: u16,
    ) -> Result<Listing<Room>, OpsError> {
        let rooms = self.read(move |reader| reader.rooms(after.as_ref(), one_more(limit))).await?;
        Ok(Listing::cut(rooms, limit))
    }

    /// The room of a name.
    pub async fn room(&self, _admin: &Admin, room: RoomId) -> Result<Room, OpsError> {
        let room = self.read(move |reader| reader.room(&room)).await?;
        room.ok_or(OpsError::Refused(Refused::NoSuchRoom))
    }
}
