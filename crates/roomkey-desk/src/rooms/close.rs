//! An admin closes a room.

use roomkey_claims::RoomId;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Closes a room, so that nobody gets a key; returns the index of the entry, if anything changed.
    pub async fn close_room(&self, admin: &Admin, room: RoomId) -> Result<Option<u64>, OpsError> {
        self.change(admin, move |writer| writer.close_room(&room)).await
    }
}
