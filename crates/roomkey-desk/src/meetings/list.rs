//! An admin looks at the meetings of a room.

use roomkey_claims::RoomId;
use roomkey_storage::{MeetingRow, Refused};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::listing::{Listing, one_more};

impl Desk {
    /// The meetings of a room, newest first, before a number.
    pub async fn list_meetings(
        &self,
        _admin: &Admin,
        room: RoomId,
        before: Option<u32>,
        limit: u16,
    ) -> Result<Listing<MeetingRow>, OpsError> {
        let found = self.read(move |reader| match reader.room(&room)? {
            None => Ok(None),
            Some(_) => reader.meetings(&room, before, one_more(limit)).map(Some),
        });
        let meetings = found.await?.ok_or(OpsError::Refused(Refused::NoSuchRoom))?;
        Ok(Listing::cut(meetings, limit))
    }
}
