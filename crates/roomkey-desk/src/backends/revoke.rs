//! An admin revokes a backend.

use roomkey_claims::BackendRef;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;

impl Desk {
    /// Revokes a backend, for good; returns the index of the entry, if anything changed.
    pub async fn revoke_backend(
        &self,
        admin: &Admin,
        backend: BackendRef,
    ) -> Result<Option<u64>, OpsError> {
        self.change(admin, move |writer| writer.revoke_backend(&backend)).await
    }
}
