//! An admin opens a closed room again.

use roomkey_claims::RoomId;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Opens a closed room again; returns the index of the entry, if anything changed.
    pub async fn open_room(&self, admin: &Admin, room: RoomId) -> Result<Option<u64>, OpsError> {
        self.change(admin, move |writer| writer.open_room(&room)).await
    }
}
