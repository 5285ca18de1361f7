//! An admin looks at the events of a room.

use roomkey_claims::{EventId, RoomId};
use roomkey_storage::{Refused, WindowOfEvent};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::listing::{Listing, one_more};

impl Desk {
    /// The events of a room that have a window, by name, after a name.
    pub async fn list_windows(
        &self,
        _admin: &Admin,
        room: RoomId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Listing<WindowOfEvent>, OpsError> {
        let found = self.read(move |reader| match reader.room(&room)? {
            None => Ok(None),
            Some(_) => reader.windows(&room, after.as_ref(), one_more(limit)).map(Some),
        });
        let windows = found.await?.ok_or(OpsError::Refused(Refused::NoSuchRoom))?;
        Ok(Listing::cut(windows, limit))
    }
}
