//! An admin ends a meeting.

use roomkey_claims::RoomId;

use crate::ops::{Admin, Desk, OpsError};

impl Desk {
    /// Ends the running meeting of a room; returns its number.
    pub async fn end_meeting(&self, admin: &Admin, room: RoomId) -> Result<u32, OpsError> {
        self.change(admin, move |writer| writer.end_meeting(&room)).await
    }
}
