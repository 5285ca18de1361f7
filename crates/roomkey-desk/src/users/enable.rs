//! An admin enables a user.

use roomkey_claims::Username;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Enables a user; returns the index of the entry, if anything changed.
    pub async fn enable_user(
        &self,
        admin: &Admin,
        username: Username,
    ) -> Result<Option<u64>, OpsError> {
        self.change(admin, move |writer| writer.enable_user(&username)).await
    }
}
