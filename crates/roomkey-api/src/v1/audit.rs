//! The log, for auditors and admins.

mod conditions;
pub(crate) mod events;
mod query;
pub(crate) mod tail;

use actix_web::web::{Data, Json, Path};
use roomkey_desk::audit::entry::EntryName;
use roomkey_desk::audit::{entry, stats, trace};
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::entry::EntryView;
use roomkey_desk::wire::stats::StatsAnswer;
use roomkey_desk::wire::trace::TraceAnswer;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::credentials::By;
use crate::extract::json::StrictJson;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::problem::fault::FieldError;
use crate::v1::audit::query::StatsQuery;

/// Shows an entry of the log.
///
/// Reading it is itself recorded.
///
/// **Problems:** `no-such-entry`.
#[utoipa::path(get, path = "/v1/audit/events/{entry}", tag = "Audit",
    params(("entry" = String, Path, description = "The index, or the id of the entry or of the issuance")),
    responses((status = 200, body = EntryView, description = "The entry")))]
pub(crate) async fn entry(
    desk: Data<Desk>,
    path: Path<String>,
    By(reads): By<Reads>,
) -> Result<Json<EntryView>, ApiError> {
    let name = EntryName::parse(&path).ok_or_else(|| {
        ApiError::Invalid(vec![FieldError::new("/entry", "must be an index or an id")])
    })?;
    Ok(Json(EntryView::of(entry::entry(&desk.ground, &reads, name).await?)))
}

/// Counts entries of the log by the hour or day.
///
/// At most 1000 buckets, and at most what can be counted in 1.5 seconds.
///
/// The count is itself recorded, with the conditions.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/audit/stats", tag = "Audit", params(StatsQuery),
    responses((status = 200, body = StatsAnswer, description = "How many entries there are")))]
pub(crate) async fn stats(
    desk: Data<Desk>,
    Then(reads, StrictQuery(query)): Then<Reads, StrictQuery<StatsQuery>>,
) -> Result<Json<StatsAnswer>, ApiError> {
    Ok(Json(StatsAnswer::of(stats::stats(&desk.ground, &reads, query.parse()?).await?)))
}

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
