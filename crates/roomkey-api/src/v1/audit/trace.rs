//! `POST /v1/audit/trace`.

use actix_web::web::{Data, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::audit::trace;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::trace::TraceAnswer;

/// A token that was found somewhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceRequest {
    /// The token; it is neither kept nor repeated.
    token: String,
}

/// Finds the entries of a leaked token.
///
/// The search is itself recorded, by the fingerprint of the token.
///
/// **Problems:** `not-a-token`.
#[utoipa::path(post, path = "/v1/audit/trace", tag = "Audit", request_body = TraceRequest,
    responses((status = 200, body = TraceAnswer, description = "What is known of the token")))]
pub(crate) async fn trace(
    desk: Data<Desk>,
    Then(reads, StrictJson(body)): Then<Reads, StrictJson<TraceRequest>>,
) -> Result<Json<TraceAnswer>, ApiError> {
    Ok(Json(TraceAnswer::of(trace::trace(&desk.ground, &desk.tokens, &reads, &body.token).await?)))
}
