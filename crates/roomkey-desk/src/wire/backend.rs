//! A backend on the wire.

use std::collections::BTreeSet;

use roomkey_claims::{RoomPattern, Scope};
use roomkey_storage::Backend;
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::backends::{AddedBackend, NewBackendRequest};
use crate::wire::texts::{BackendNameText, BackendRefText, RoomPatternText};
use crate::wire::words::ScopeName;

/// A backend, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackendView {
    /// Its API key: the `iss` of its project JWTs.
    #[schema(value_type = BackendRefText)]
    api_key: String,
    /// What people call it.
    #[schema(value_type = BackendNameText)]
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>, min_items = 1)]
    scopes: Vec<&'static str>,
    /// Where: room ids in which `*` stands for any characters.
    #[schema(value_type = Vec<RoomPatternText>, min_items = 1)]
    rooms: Vec<String>,
    /// Whether it was revoked, for good.
    revoked: bool,
    /// When it was added.
    #[schema(format = DateTime)]
    added_at: String,
}

/// A backend that was added, with its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddedBackendView {
    /// Its API key: the `iss` of its project JWTs.
    #[schema(value_type = BackendRefText)]
    api_key: String,
    /// Its secret, which signs its project JWTs (HS256); it is shown this once.
    secret: String,
    /// What people call it.
    #[schema(value_type = BackendNameText)]
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>, min_items = 1)]
    scopes: Vec<&'static str>,
    /// Where: room ids in which `*` stands for any characters.
    #[schema(value_type = Vec<RoomPatternText>, min_items = 1)]
    rooms: Vec<String>,
}

fn scope_names(scopes: &BTreeSet<Scope>) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.as_str()).collect()
}

fn patterns(rooms: &[RoomPattern]) -> Vec<String> {
    rooms.iter().map(ToString::to_string).collect()
}

impl BackendView {
    pub fn of(backend: &Backend) -> Self {
        Self {
            api_key: backend.backend.to_string(),
            name: backend.name.to_string(),
            scopes: scope_names(&backend.facts.scopes),
            rooms: patterns(&backend.facts.rooms),
            revoked: backend.facts.revoked,
            added_at: backend.added_at.to_string(),
        }
    }
}

impl AddedBackendView {
    /// What was asked for, with what was made for it.
    pub fn of(asked: &NewBackendRequest, added: &AddedBackend) -> Self {
        Self {
            api_key: added.backend.to_string(),
            secret: added.secret.expose_secret().to_owned(),
            name: asked.name.to_string(),
            scopes: scope_names(&asked.scopes),
            rooms: patterns(&asked.rooms),
        }
    }
}

impl std::fmt::Debug for AddedBackendView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddedBackendView").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}
