//! What is known of a token.

use serde::Serialize;
use utoipa::ToSchema;

use super::entry::EntryView;
use crate::audit::trace::Trace;
use crate::wire::texts::{KeyIdText, ProviderKindText};

/// What is known of a token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TraceAnswer {
    /// The kind of provider whose format it has.
    #[schema(value_type = ProviderKindText)]
    provider: &'static str,
    /// The profile whose key signed it.
    #[schema(required)]
    profile: Option<String>,
    /// The key that signed it, or that it names.
    #[schema(required, value_type = Option<KeyIdText>)]
    key_id: Option<String>,
    /// Whether a key of the settings signed it; if not, what it says is hearsay.
    verified: bool,
    /// When it was issued, as it says.
    #[schema(required, format = DateTime)]
    issued_at: Option<String>,
    /// When it expires, as it says.
    #[schema(required, format = DateTime)]
    expires_at: Option<String>,
    /// The participant, as it says.
    #[schema(required)]
    identity: Option<String>,
    /// The provider's room, as it says.
    #[schema(required)]
    room: Option<String>,
    /// The fingerprint of its signed content.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    fingerprint: String,
    /// The entries that record it, oldest first; none where the desk never issued it.
    entries: Vec<EntryView>,
}

impl TraceAnswer {
    /// The view of a trace.
    pub fn of(Trace { inspection, entries }: Trace) -> Self {
        let entries = entries.into_iter().map(EntryView::of).collect();
        Self {
            provider: inspection.provider,
            profile: inspection.profile.map(String::from),
            key_id: inspection.key_id.map(String::from),
            verified: inspection.verified,
            issued_at: inspection.issued_at.map(|at| at.to_string()),
            expires_at: inspection.expires_at.map(|at| at.to_string()),
            identity: inspection.identity,
            room: inspection.room,
            fingerprint: inspection.fingerprint.to_string(),
            entries,
        }
    }
}
