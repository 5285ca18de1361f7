//! How many entries there are, by time and by what they say.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use roomkey_claims::{Timestamp, UnknownName, find_word};
use roomkey_storage::{Counting, Grouping};

use crate::audit::query::{AuditQuery, record_reading, resolve};
use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;

/// Most buckets of an answer.
const MAX_BUCKETS: i64 = 1_000;

/// How long counting may take; it stays below what a request may.
const WITHIN: Duration = Duration::from_millis(1_500);

/// How long a bucket is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Interval {
    /// An hour, from its full hour in UTC on.
    #[default]
    Hour,
    /// A day, from midnight in UTC on.
    Day,
}

impl Interval {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hour, Self::Day];

    /// The word in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

impl FromStr for Interval {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

impl Interval {
    const fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    const fn length(self) -> Duration {
        Duration::from_secs(self.seconds().unsigned_abs())
    }

    /// The beginning of the bucket that an instant is in.
    const fn begin(self, at: Timestamp) -> Timestamp {
        let seconds = at.as_seconds();
        Timestamp::from_seconds(seconds.saturating_sub(seconds.rem_euclid(self.seconds())))
    }

    /// How far back is counted where nothing is said: a day by hours, 30 days by days.
    const fn usual(self) -> Duration {
        match self {
            Self::Hour => Duration::from_hours(23),
            Self::Day => Duration::from_hours(29 * 24),
        }
    }
}

/// What is to be counted.
#[derive(Debug, Clone)]
pub struct StatsRequest {
    /// Which entries; its times bound the buckets: from `since`, the last day or 30 days where it is absent, to `until`,
    /// now where it is absent.
    pub query: AuditQuery,
    /// How long a bucket is.
    pub by: Interval,
    /// By what entries are grouped.
    pub group: Grouping,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// The beginning of each bucket with the entries of each group, empty buckets too.
    pub buckets: Vec<(Timestamp, BTreeMap<Option<String>, u64>)>,
    /// All buckets together.
    pub totals: BTreeMap<Option<String>, u64>,
    /// From when on was counted.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Counts entries by the hour or day and by group, on the indexes alone; that somebody counted is recorded.
pub async fn stats(
    ground: &Ground,
    reads: &Reads,
    request: StatsRequest,
) -> Result<Stats, DeskError> {
    let StatsRequest { query, by, group } = request;
    let mut filter = resolve(ground, query).await?;
    let mut conditions = filter.conditions();
    let out = |parameter, detail: String| Err(DeskError::OutOfBounds { parameter, detail });
    // The label of the newest entry may be ahead of a clock that was set back, and it is to be counted.
    let now = ground.clock().now();
    let until = filter.until.take().unwrap_or_else(|| by.begin(now).plus(by.length()));
    let since = filter
        .since
        .take()
        .unwrap_or_else(|| by.begin(until.minus(Duration::from_micros(1))).minus(by.usual()));
    if until <= since {
        return out("until", "must be after since".to_owned());
    }
    let first = by.begin(since);
    let length = by.seconds().saturating_mul(1_000_000);
    let whole = until.as_micros().saturating_sub(first.as_micros());
    if MAX_BUCKETS < whole.saturating_sub(1) / length + 1 {
        let detail = format!("must be less than {MAX_BUCKETS} buckets before until");
        return out("since", detail);
    }
    let mut limits = vec![since];
    let mut next = first.plus(by.length());
    while next < until {
        limits.push(next);
        next = next.plus(by.length());
    }
    let starts: Vec<Timestamp> =
        std::iter::once(first).chain(limits.iter().skip(1).copied()).collect();
    limits.push(until);
    let surface = "stats";
    conditions.insert("since".to_owned(), since.to_string());
    conditions.insert("until".to_owned(), until.to_string());
    let counting = Counting { filter, limits, group, within: WITHIN };
    let counts = ground.read(move |reader| reader.count(&counting)).await?;
    record_reading(ground, reads, surface, conditions).await?;
    let Some(counts) = counts else {
        let detail = "leaves more entries or rooms than can be counted in time: shorten it, or name a room or a user";
        return out("since", detail.to_owned());
    };
    let mut totals = BTreeMap::new();
    let mut buckets: Vec<(Timestamp, BTreeMap<_, _>)> =
        starts.into_iter().map(|start| (start, BTreeMap::new())).collect();
    for count in counts {
        *totals.entry(count.group.clone()).or_insert(0) += count.entries;
        if let Some((_, groups)) = buckets.get_mut(count.bucket) {
            groups.insert(count.group, count.entries);
        }
    }
    Ok(Stats { buckets, totals, since, until })
}
