//! An admin adds a user.

use roomkey_claims::{DeskRole, Did, DisplayName, SubjectRef, Username};
use roomkey_storage::{NewUser, User};
use secrecy::SecretString;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

/// A user to be added.
#[derive(Debug)]
pub struct NewUserRequest {
    /// The name to log in with.
    pub username: Username,
    /// The password, in clear.
    pub password: SecretString,
    /// The role at the desk.
    pub role: DeskRole,
    /// A decentralized identifier.
    pub did: Option<Did>,
    /// How the user wants to be shown.
    pub display_name: Option<DisplayName>,
}

impl Desk {
    /// Adds a user, enabled, whom the log will know by a new random id.
    pub async fn add_user(&self, admin: &Admin, request: NewUserRequest) -> Result<User, OpsError> {
        let NewUserRequest { username, password, role, did, display_name } = request;
        let password = self.hash_new(&username, password).await?;
        let subject = SubjectRef::new(self.ids().uuid_v4());
        let user = NewUser { subject, username, password, did, display_name, role };
        self.change(admin, move |writer| writer.add_user(user)).await?;
        let added = self.read(move |reader| reader.user_by_subject(subject)).await?;
        added.ok_or(OpsError::Internal("a user was gone right after it was added"))
    }
}
