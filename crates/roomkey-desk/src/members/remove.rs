//! An admin removes a member.

use roomkey_claims::{EventId, RoomId, SceneId, Username};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Removes a member from a room, or from a scene or an event of it; returns the index of the entry.
    pub async fn remove_member(
        &self,
        admin: &Admin,
        room: RoomId,
        username: Username,
        scene: Option<SceneId>,
        event: Option<EventId>,
    ) -> Result<u64, OpsError> {
        self.change(admin, move |writer| writer.remove_member(&room, &username, scene, event)).await
    }
}
