//! What a user may know of itself.

use roomkey_claims::{DeskRole, RoomId};
use roomkey_storage::{RoomOfUser, User};

use crate::authority::Actor;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::listing::{Listing, one_more};

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
    ) -> Result<Listing<RoomOfUser>, OpsError> {
        let subject = actor.subject().ok_or(OpsError::NotAllowed)?;
        if actor.role() == Some(DeskRole::Auditor) {
            // An auditor enters no room.
            return Ok(Listing { data: Vec::new(), more: false });
        }
        let found = self
            .read(move |reader| reader.rooms_of(subject, after.as_ref(), one_more(limit)))
            .await?;
        Ok(Listing::cut(found, limit))
    }
}
