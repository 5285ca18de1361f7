//! An admin disables a user.

use roomkey_claims::Username;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Disables a user, which ends all sessions of the user; returns the index of the entry, if anything changed.
    pub async fn disable_user(
        &self,
        admin: &Admin,
        username: Username,
    ) -> Result<Option<u64>, OpsError> {
        self.change(admin, move |writer| writer.disable_user(&username)).await
    }
}
