//! A user logs out.

use roomkey_audit::EndReason;

use crate::authority::Actor;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Ends the actor's session.
    pub async fn logout(&self, actor: &Actor) -> Result<(), OpsError> {
        let session = actor.session().cloned().ok_or(OpsError::NotAllowed)?;
        match self
            .write(actor.context(), move |writer| writer.end_session(&session, EndReason::Logout))
            .await
        {
            // It ended in the meantime: what was asked for is so.
            Ok(_) | Err(OpsError::Refused(roomkey_storage::Refused::NoSuchSession)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
