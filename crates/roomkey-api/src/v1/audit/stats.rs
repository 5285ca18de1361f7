//! `GET /v1/audit/stats`.

use actix_web::web::{Data, Json};

use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::v1::audit::query::StatsQuery;
use roomkey_desk::audit::stats;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::stats::StatsAnswer;

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
