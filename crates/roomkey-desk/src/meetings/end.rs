//! A meeting is ended, by an admin or a backend.

use roomkey_claims::Scope;

use crate::authority::InRoom;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Ends the running meeting of a room; returns its number.
    pub async fn end_meeting(&self, in_room: &InRoom) -> Result<u32, OpsError> {
        if in_room.scope() != Scope::Meetings {
            return Err(OpsError::NotAllowed);
        }
        let room = in_room.room().clone();
        self.write(in_room.actor().context(), move |writer| {
            writer.require_in_room(Scope::Meetings, &room)?;
            writer.end_meeting(&room)
        })
        .await
    }
}
