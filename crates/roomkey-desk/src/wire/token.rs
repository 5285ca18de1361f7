//! A token with what the provider's client needs next to it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::tokens::issue::IssuedKey;
use crate::wire::texts::{IssuanceIdText, ProviderKindText};

/// A key, with what the provider's client needs beside it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyAnswer {
    /// The key.
    token: String,
    /// When it expires.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When to ask for the next one.
    #[schema(format = DateTime)]
    renew_after: String,
    /// The id of the issuance, which the log knows.
    #[schema(value_type = IssuanceIdText)]
    issuance_id: String,
    /// The name of the participant in the room.
    identity: String,
    /// The kind of the room's provider; only at `/v1/tokens`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProviderKindText>)]
    provider: Option<String>,
    /// What the provider's own client needs: for LiveKit `room` and `serverUrl`, for OpenTok `apiKey` and `sessionId`, for Vonage `applicationId` and `sessionId`, for Agora `appId`, `channel` and `uid` or `account`.
    #[serde(flatten)]
    answer: BTreeMap<&'static str, serde_json::Value>,
}

impl KeyAnswer {
    pub fn of(key: IssuedKey, with_provider: bool) -> Self {
        let IssuedKey { token, issuance, index: _, grant, answer } = key;
        Self {
            token: token.expose().to_owned(),
            expires_at: grant.validity.expiry().to_string(),
            renew_after: grant.validity.renew_after().to_string(),
            issuance_id: issuance.to_string(),
            identity: grant.identity.to_string(),
            provider: with_provider.then(|| grant.kind.to_string()),
            answer,
        }
    }
}

impl std::fmt::Debug for KeyAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyAnswer").field("issuance_id", &self.issuance_id).finish_non_exhaustive()
    }
}
