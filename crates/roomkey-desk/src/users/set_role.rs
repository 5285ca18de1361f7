//! An admin sets a user's role at the desk.

use roomkey_claims::{DeskRole, Username};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Sets a user's role at the desk; returns the index of the entry, if anything changed.
    pub async fn set_role(
        &self,
        admin: &Admin,
        username: Username,
        role: DeskRole,
    ) -> Result<Option<u64>, OpsError> {
        self.change(admin, move |writer| writer.set_desk_role(&username, role)).await
    }
}
