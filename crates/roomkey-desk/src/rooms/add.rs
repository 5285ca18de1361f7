//! An admin adds a room.

use roomkey_storage::Room;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Adds a room whose profile the settings know and whose bounds fit some lifetime; returns the index of the entry.
    pub async fn add_room(&self, admin: &Admin, room: Room) -> Result<u64, OpsError> {
        self.in_force().rules.check_room(&room.room, &room.settings)?;
        self.change(admin, move |writer| writer.add_room(&room)).await
    }
}
