//! Backends: added, listed and revoked, all by admins.

use std::collections::BTreeSet;

use roomkey_auth::{new_backend_ref, new_backend_secret};
use roomkey_claims::{BackendRef, RoomPattern, Scope};
use roomkey_storage::{Backend, NewBackend};
use secrecy::{ExposeSecret, SecretString};

use crate::authority::Admin;
use crate::error::OpsError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// Most patterns of rooms of one backend, so that its entry stays short.
const MAX_ROOMS: usize = 16;

/// What people call a backend: 1 to 64 letters, digits, `.`, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendName(String);

/// A text that is no name of a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must match {}", BackendName::PATTERN)]
pub struct BackendNameError;

impl BackendName {
    /// The pattern of names.
    pub const PATTERN: &str = "^[A-Za-z0-9._-]{1,64}$";
}

impl std::fmt::Display for BackendName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for BackendName {
    type Err = BackendNameError;

    fn from_str(text: &str) -> Result<Self, BackendNameError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BackendNameError)
        }
    }
}

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
    NewBackendRequest { name: BackendName(name), scopes, rooms }: NewBackendRequest,
) -> Result<AddedBackend, OpsError> {
    if !(1..=MAX_ROOMS).contains(&rooms.len()) || scopes.is_empty() {
        return Err(OpsError::BackendShape { most: MAX_ROOMS });
    }
    let backend = new_backend_ref(ground.ids());
    let secret = new_backend_secret(ground.ids());
    let credential = (backend.clone(), secret.expose_secret().as_bytes());
    let new = NewBackend::new(ground.store().seal(), credential, name, (scopes, rooms))?;
    let index = ground.change(admin, move |writer| writer.add_backend(&new)).await?;
    Ok(AddedBackend { backend, secret, index })
}

/// The backends by API key, after one, revoked ones among them.
pub async fn list(
    ground: &Ground,
    _admin: &Admin,
    after: Option<BackendRef>,
    limit: u16,
) -> Result<Listing<Backend>, OpsError> {
    let found = ground.read(move |reader| reader.backends(after.as_ref(), one_more(limit)));
    Ok(Listing::cut(found.await?, limit))
}

/// Revokes a backend, for good; returns the index of the entry, if anything changed.
pub async fn revoke(
    ground: &Ground,
    admin: &Admin,
    backend: BackendRef,
) -> Result<Option<u64>, OpsError> {
    ground.change(admin, move |writer| writer.revoke_backend(&backend)).await
}
