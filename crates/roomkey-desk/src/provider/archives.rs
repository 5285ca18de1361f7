//! Recordings at the provider: listed and deleted, since some stay there for days.

use roomkey_claims::{DeskRole, ProfileName};
use roomkey_providers::{ArchiveItem, Call};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::provider::Provider;
use crate::provider::call::CallFor;
use crate::provider::fault::ProviderFault;
use crate::tokens::Tokens;

/// Which recordings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivePage {
    /// How many of the newest are left out.
    pub offset: u32,
    /// At most how many are listed.
    pub count: u32,
}

/// Lists recordings of an account at its provider, newest first.
pub async fn list(
    ground: &Ground,
    tokens: &Tokens,
    provider: &Provider,
    admin: &Admin,
    profile: ProfileName,
    ArchivePage { offset, count }: ArchivePage,
) -> Result<Vec<ArchiveItem>, DeskError> {
    let call = Call::ListArchives { offset, count };
    let (rest, answer) = provider.call(ground, tokens, as_admin(admin, profile), &call).await?;
    (rest.archives)(&answer).ok_or(DeskError::Provider(ProviderFault::Answer))
}

/// Deletes a recording at its provider; one that is gone already counts as done.
pub async fn delete(
    ground: &Ground,
    tokens: &Tokens,
    provider: &Provider,
    admin: &Admin,
    profile: ProfileName,
    archive: &str,
) -> Result<(), DeskError> {
    provider
        .call(ground, tokens, as_admin(admin, profile), &Call::DeleteArchive { archive })
        .await?;
    Ok(())
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
