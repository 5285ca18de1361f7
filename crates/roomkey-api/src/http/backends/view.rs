//! A backend on the wire.

use std::collections::BTreeSet;

use roomkey_claims::{RoomPattern, Scope};
use roomkey_storage::Backend;
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ops::backends::{AddedBackend, NewBackendRequest};

/// A backend, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackendView {
    /// Its API key: the `iss` of its project JWTs.
    api_key: String,
    /// What people call it.
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// Where: room ids in which `*` stands for any characters.
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
pub(crate) struct AddedBackendView {
    /// Its API key: the `iss` of its project JWTs.
    api_key: String,
    /// Its secret, which signs its project JWTs (HS256); it is shown this once.
    secret: String,
    /// What people call it.
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// Where: room ids in which `*` stands for any characters.
    rooms: Vec<String>,
}

/// What a backend may do.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = Scope)]
#[expect(dead_code, reason = "the description of `Scope`, whose crate knows no OpenAPI")]
pub(crate) enum ScopeName {
    /// Ask for keys of the users that it acts for.
    Issue,
    /// Start and end meetings.
    Meetings,
    /// Disconnect participants at the provider.
    Disconnect,
}

fn scope_names(scopes: &BTreeSet<Scope>) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.as_str()).collect()
}

fn patterns(rooms: &[RoomPattern]) -> Vec<String> {
    rooms.iter().map(ToString::to_string).collect()
}

impl BackendView {
    pub(crate) fn of(backend: &Backend) -> Self {
        Self {
            api_key: backend.backend.to_string(),
            name: backend.name.clone(),
            scopes: scope_names(&backend.facts.scopes),
            rooms: patterns(&backend.facts.rooms),
            revoked: backend.facts.revoked,
            added_at: backend.added_at.to_string(),
        }
    }
}

impl AddedBackendView {
    /// What was asked for, with what was made for it.
    pub(crate) fn of(asked: &NewBackendRequest, added: &AddedBackend) -> Self {
        Self {
            api_key: added.backend.to_string(),
            secret: added.secret.expose_secret().to_owned(),
            name: asked.name.to_string(),
            scopes: scope_names(&asked.scopes),
            rooms: patterns(&asked.rooms),
        }
    }
}
