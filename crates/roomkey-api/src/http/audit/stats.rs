//! `GET /v1/audit/stats`.

use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::query::StatsQuery;
use crate::http::ApiError;
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::audit::Stats;
use crate::ops::{Desk, Reads};

/// How many entries there are.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatsAnswer {
    /// From when on was counted.
    #[schema(format = DateTime)]
    since: String,
    /// Until when.
    #[schema(format = DateTime)]
    until: String,
    /// The hours or days, empty ones too.
    buckets: Vec<BucketView>,
    /// All of them together.
    totals: Vec<CountView>,
}

/// An hour or a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct BucketView {
    /// When it begins.
    #[schema(format = DateTime)]
    start: String,
    /// The groups that have entries in it.
    counts: Vec<CountView>,
}

/// How many entries a group has.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountView {
    /// The group; null for entries that have nothing of the kind.
    #[schema(required)]
    group: Option<String>,
    /// How many entries; one that aggregates denials counts once.
    entries: u64,
}

impl StatsAnswer {
    pub(crate) fn of(stats: Stats) -> Self {
        let Stats { buckets, totals, since, until } = stats;
        let counts = |groups: std::collections::BTreeMap<Option<String>, u64>| {
            groups.into_iter().map(|(group, entries)| CountView { group, entries }).collect()
        };
        let buckets = buckets.into_iter();
        Self {
            since: since.to_string(),
            until: until.to_string(),
            buckets: buckets
                .map(|(start, groups)| BucketView {
                    start: start.to_string(),
                    counts: counts(groups),
                })
                .collect(),
            totals: counts(totals),
        }
    }
}

/// Counts entries of the log by the hour or day.
///
/// At most 1000 buckets, and at most what can be counted in 1.5 seconds.
///
/// **Requires:** the role `auditor` or `admin`. That it was counted is itself recorded, with the conditions.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/audit/stats", tag = "Audit", security(("session" = [])), params(StatsQuery),
    responses((status = 200, body = StatsAnswer, description = "How many entries there are")))]
pub(crate) async fn stats(
    desk: Data<Desk>,
    Then(reads, StrictQuery(query)): Then<Reads, StrictQuery<StatsQuery>>,
) -> Result<Json<StatsAnswer>, ApiError> {
    Ok(Json(StatsAnswer::of(desk.stats(&reads, query.parse()?).await?)))
}
