//! What a user may know of itself.

use roomkey_claims::{DeskRole, RoomId};
use roomkey_storage::{RoomOfUser, User};

use crate::ops::{Actor, Desk, OpsError};

impl Desk {
    /// The actor as a user.
    pub async fn me(&self, actor: &Actor) -> Result<User, OpsError> {
        let subject = actor.subject().ok_or(OpsError::NotAllowed)?;
        self.read(move |reader| reader.user_by_subject(subject))
            .await?
            .ok_or(OpsError::InvalidToken)
    }

    /// The rooms that the actor may enter, closed ones among them.
    pub async fn my_rooms(
        &self,
        actor: &Actor,
        after: Option<RoomId>,
        limit: u16,
    ) -> Result<Vec<RoomOfUser>, OpsError> {
        let subject = actor.subject().ok_or(OpsError::NotAllowed)?;
        if actor.role() == Some(DeskRole::Auditor) {
            // An auditor enters no room.
            return Ok(Vec::new());
        }
        self.read(move |reader| reader.rooms_of(subject, after.as_ref(), limit)).await
    }
}
