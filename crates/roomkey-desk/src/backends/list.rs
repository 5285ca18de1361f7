//! An admin looks at the backends.

use roomkey_claims::BackendRef;
use roomkey_storage::Backend;

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::listing::{Listing, one_more};

impl Desk {
    /// The backends by API key, after one, revoked ones among them.
    pub async fn list_backends(
        &self,
        _admin: &Admin,
        after: Option<BackendRef>,
        limit: u16,
    ) -> Result<Listing<Backend>, OpsError> {
        let found = self.read(move |reader| reader.backends(after.as_ref(), one_more(limit)));
        Ok(Listing::cut(found.await?, limit))
    }
}
