//! An admin looks at users.

use roomkey_claims::Username;
use roomkey_storage::{Refused, User};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::listing::{Listing, one_more};

impl Desk {
    /// Users by name, after a name.
    pub async fn list_users(
        &self,
        _admin: &Admin,
        after: Option<Username>,
        limit: u16,
    ) -> Result<Listing<User>, OpsError> {
        let users = self.read(move |reader| reader.users(after.as_ref(), one_more(limit))).await?;
        Ok(Listing::cut(users, limit))
    }

    /// The user of a name.
    pub async fn user(&self, _admin: &Admin, username: Username) -> Result<User, OpsError> {
        let user = self.read(move |reader| reader.user(&username)).await?;
        user.ok_or(OpsError::Refused(Refused::NoSuchUser))
    }
}
