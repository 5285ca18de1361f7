//! Backends: added, listed and revoked, all by admins.

use std::collections::BTreeSet;

use roomkey_auth::{new_backend_ref, new_backend_secret};
use roomkey_claims::{BackendName, BackendRef, RoomPattern, Scope};
use roomkey_storage::{Backend, BackendTerms, NewBackend};
use secrecy::{ExposeSecret, SecretString};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// Most patterns of rooms of one backend, so that its entry stays short.
const MAX_ROOMS: usize = 16;

/// A backend to be added.
#[derive(Debug, Clone)]
pub struct NewBackendRequest {
    /// What people call it.
    pub name: BackendName,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// Where.
    pub rooms: Vec<RoomPattern>,
}

/// A backend that was added, with its secret, which is shown this once.
#[derive(Debug)]
pub struct AddedBackend {
    /// Its API key.
    pub backend: BackendRef,
    /// Its secret.
    pub secret: SecretString,
    /// The index of the entry.
    pub index: u64,
}

/// Adds a backend with a new API key and a new secret.
pub async fn add(
    ground: &Ground,
    admin: &Admin,
    NewBackendRequest { name, scopes, rooms }: NewBackendRequest,
) -> Result<AddedBackend, DeskError> {
    if !(1..=MAX_ROOMS).contains(&rooms.len()) || scopes.is_empty() {
        return Err(DeskError::BackendShape { most: MAX_ROOMS });
    }
    let backend = new_backend_ref(ground.ids());
    let secret = new_backend_secret(ground.ids());
    let terms = BackendTerms { backend: backend.clone(), name, scopes, rooms };
    let new = NewBackend::new(ground.store().seal(), terms, secret.expose_secret().as_bytes())?;
    let index = ground.change(admin, move |writer| writer.add_backend(&new)).await?;
    Ok(AddedBackend { backend, secret, index })
}

/// The backends by API key, after one, revoked ones among them.
pub async fn list(
    ground: &Ground,
    _admin: &Admin,
    after: Option<BackendRef>,
    limit: u16,
) -> Result<Listing<Backend>, DeskError> {
    let found = ground.read(move |reader| reader.backends(after.as_ref(), one_more(limit)));
    Ok(Listing::cut(found.await?, limit))
}

/// Revokes a backend, for good; returns the index of the entry, if anything changed.
pub async fn revoke(
    ground: &Ground,
    admin: &Admin,
    backend: BackendRef,
) -> Result<Option<u64>, DeskError> {
    ground.change(admin, move |writer| writer.revoke_backend(&backend)).await
}
