//! An admin makes a user a member.

use roomkey_claims::{Membership, RoomId, Username};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Makes a user a member, or changes what the member is; returns the index of the entry, if anything changed.
    pub async fn put_member(
        &self,
        admin: &Admin,
        room: RoomId,
        username: Username,
        member: Membership,
    ) -> Result<Option<u64>, OpsError> {
        self.change(admin, move |writer| writer.put_member(&room, &username, &member)).await
    }
}
