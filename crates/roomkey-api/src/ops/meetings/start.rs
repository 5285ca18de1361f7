//! An admin starts a meeting.

use roomkey_claims::{Meeting, ProviderRoom, RoomId};

use crate::ops::{Admin, Desk, OpsError};

impl Desk {
    /// Starts the next meeting of a room and ends the one that runs.
    ///
    /// The newest number is read first and compared in the transaction, so that of two admins who press the button at
    /// once one is refused instead of starting two meetings.
    pub async fn start_meeting(&self, admin: &Admin, room: RoomId) -> Result<Meeting, OpsError> {
        let of = room.clone();
        let newest = self.read(move |reader| reader.meetings(&of, None, 1)).await?;
        let newest = newest.first().map_or(0, |row| row.meeting.number);
        self.change(admin, move |writer| {
            writer.start_meeting(&room, newest, |number| ProviderRoom::of_meeting(&room, number))
        })
        .await
    }
}
