//! Passwords are set: checked, hashed on the pool, written with their entry.

use std::net::IpAddr;

use roomkey_auth::PasswordPolicy;
use roomkey_claims::{DeskRole, PasswordHash, Username};
use secrecy::SecretString;

use crate::authority::Actor;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::sessions::Sessions;

impl Sessions {
    /// Changes the actor's own password, which needs the current one and ends all sessions of the user.
    ///
    /// The check of the current one stands under the limits on logins, like any other guess.
    pub async fn change_own_password(
        &self,
        ground: &Ground,
        actor: &Actor,
        from: IpAddr,
        current: SecretString,
        new: SecretString,
    ) -> Result<(), DeskError> {
        let username = actor.username().cloned().ok_or(DeskError::NotAllowed)?;
        PasswordPolicy::check_size(&current).map_err(|_| DeskError::InvalidCredentials)?;
        let name = username.clone();
        let user = ground.read(move |reader| reader.user(&name)).await?;
        self.limited(ground, from, username.as_str(), self.verify(user, current)).await?;
        let password = self.hash_new(&username, new).await?;
        ground
            .write(actor.context(), move |writer| {
                writer.require(&DeskRole::ALL)?;
                writer.set_password(&username, &password)
            })
            .await?;
        Ok(())
    }

    /// Checks a new password against the rules and hashes it.
    pub(crate) async fn hash_new(
        &self,
        username: &Username,
        new: SecretString,
    ) -> Result<PasswordHash, DeskError> {
        self.passwords.check(&new, username)?;
        let pending = self.hasher.hash(new).map_err(|_| DeskError::HasherBusy)?;
        pending.await.map_err(|_| DeskError::HasherBusy)
    }
}
