//! `POST /v1/audit/trace`.

use actix_web::web::{Data, Json};
use roomkey_providers::Inspection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::EntryView;
use crate::http::ApiError;
use crate::http::json::StrictJson;
use crate::http::then::Then;
use crate::ops::{Desk, Reads};

/// A token that was found somewhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceRequest {
    /// The token; it is neither kept nor repeated.
    token: String,
}

/// What is known of a token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TraceAnswer {
    /// The kind of provider whose format it has.
    provider: &'static str,
    /// The profile whose key signed it.
    #[schema(required)]
    profile: Option<String>,
    /// The key that signed it, or that it names.
    #[schema(required)]
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
    pub(crate) fn of(inspection: Inspection, entries: Vec<EntryView>) -> Self {
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

/// Finds the entries of a leaked token.
///
/// **Requires:** the role `auditor` or `admin`. That it was looked for is itself recorded, by its fingerprint.
///
/// **Problems:** `not-a-token`.
#[utoipa::path(post, path = "/v1/audit/trace", tag = "Audit", security(("session" = [])), request_body = TraceRequest,
    responses((status = 200, body = TraceAnswer, description = "What is known of the token")))]
pub(crate) async fn trace(
    desk: Data<Desk>,
    Then(reads, StrictJson(body)): Then<Reads, StrictJson<TraceRequest>>,
) -> Result<Json<TraceAnswer>, ApiError> {
    let trace = desk.trace(&reads, &body.token).await?;
    let entries = trace.entries.into_iter().map(EntryView::of).collect();
    Ok(Json(TraceAnswer::of(trace.inspection, entries)))
}
