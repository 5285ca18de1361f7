//! An admin gives an event a window of time.

use roomkey_claims::{EventId, RoomId, Window};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Gives an event a window, outside which nobody gets a key and past which no key lives; returns the index of the
    /// entry, if anything changed.
    pub async fn set_window(
        &self,
        admin: &Admin,
        room: RoomId,
        event: EventId,
        window: Window,
    ) -> Result<Option<u64>, OpsError> {
        if let (Some(from), Some(until)) = (window.from, window.until)
            && until <= from
        {
            return Err(OpsError::EmptyWindow);
        }
        self.change(admin, move |writer| writer.set_window(&room, &event, window)).await
    }
}
