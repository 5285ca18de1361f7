//! Recordings at the provider: listed and deleted, since some stay there for days.

use roomkey_claims::{DeskRole, ProfileName};
use roomkey_providers::{ArchiveItem, Call};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::provider::call::CallFor;
use crate::provider::call::ProviderFault;

impl Desk {
    /// Lists recordings of an account at its provider, newest first.
    pub async fn list_archives(
        &self,
        admin: &Admin,
        profile: ProfileName,
        offset: u32,
        count: u32,
    ) -> Result<Vec<ArchiveItem>, OpsError> {
        let call = Call::ListArchives { offset, count };
        let (rest, answer) = self.call_provider(as_admin(admin, profile), &call).await?;
        (rest.archives)(&answer).ok_or(OpsError::Provider(ProviderFault::Answer))
    }

    /// Deletes a recording at its provider; one that is gone already counts as done.
    pub async fn delete_archive(
        &self,
        admin: &Admin,
        profile: ProfileName,
        archive: &str,
    ) -> Result<(), OpsError> {
        self.call_provider(as_admin(admin, profile), &Call::DeleteArchive { archive }).await?;
        Ok(())
    }
}

fn as_admin(
    admin: &Admin,
    profile: ProfileName,
) -> CallFor<
    impl Fn(&mut roomkey_storage::Writer<'_>) -> Result<(), roomkey_storage::WriteError>
    + Clone
    + Send
    + 'static,
> {
    CallFor {
        context: admin.actor().context(),
        profile,
        room: None,
        allowed: |writer: &mut roomkey_storage::Writer<'_>| writer.require(&[DeskRole::Admin]),
    }
}
