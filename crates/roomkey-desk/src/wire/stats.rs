//! Counts of entries.

use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::stats::Stats;

/// How many entries there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatsAnswer {
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

impl StatsAnswer {
    pub fn of(stats: Stats) -> Self {
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

/// An hour or a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct BucketView {
    /// When it begins.
    #[schema(format = DateTime)]
    start: String,
    /// The groups that have entries in it.
    counts: Vec<CountView>,
}

/// How many entries a group has.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountView {
    /// The group; null for entries that have nothing of the kind.
    #[schema(required)]
    group: Option<String>,
    /// How many entries; one that aggregates denials counts once.
    entries: u64,
}
