//! An admin sets a user's password.

use roomkey_claims::Username;
use secrecy::SecretString;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Sets a user's password, which ends all sessions of the user; returns the index of the entry.
    pub async fn set_password(
        &self,
        admin: &Admin,
        username: Username,
        password: SecretString,
    ) -> Result<u64, OpsError> {
        let password = self.hash_new(&username, password).await?;
        self.change(admin, move |writer| writer.set_password(&username, &password)).await
    }
}
