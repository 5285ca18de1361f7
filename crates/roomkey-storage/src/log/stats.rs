//! How many entries there are, by time and by what they say, counted on the indexes alone.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::{Duration, Instant};

use diesel::dsl::count_star;
use diesel::prelude::*;
use roomkey_audit::{Class, Filter, Outcome};
use roomkey_claims::{RoomId, Timestamp, UnknownName, find_word};

use crate::db::columns;
use crate::db::error::StoreError;
use crate::db::reader::Reader;
use crate::db::schema::entries;
use crate::log::find::leg::Leg;
use crate::log::find::meet::meet;
use crate::log::find::span::{Order, Span};

/// By what entries are grouped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Issued, denied, or neither.
    #[default]
    Outcome,
    /// The provider.
    Provider,
    /// The room.
    Room,
    /// Why a key was denied.
    Reason,
    /// The kind.
    Kind,
}

impl Grouping {
    /// Every way to group.
    pub const ALL: [Self; 5] =
        [Self::Outcome, Self::Provider, Self::Room, Self::Reason, Self::Kind];

    /// The word in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Provider => "provider",
            Self::Room => "room",
            Self::Reason => "reason",
            Self::Kind => "kind",
        }
    }
}

impl FromStr for Grouping {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

/// What is to be counted.
#[derive(Debug, Clone)]
pub struct Counting {
    /// Which entries.
    pub filter: Filter,
    /// The limits of the buckets, rising: one more than there are buckets.
    pub limits: Vec<Timestamp>,
    /// By what they are grouped.
    pub group: Grouping,
    /// How long it may take.
    pub within: Duration,
}

/// How many entries of a group a bucket has; never 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The number of the bucket, from 0.
    pub bucket: usize,
    /// The group; none for entries that have nothing of the kind.
    pub group: Option<String>,
    /// How many.
    pub entries: u64,
}

/// Most entries that are read to be counted, instead of counted on their indexes: a fifth of a second.
const SCANNED: u64 = 250_000;

type Counts = BTreeMap<(usize, Option<String>), u64>;

/// A counting that is under way.
struct Tallying<'a> {
    /// The indexes at which the buckets begin and the last one ends.
    spans: Vec<Span>,
    counts: Counts,
    ends: Instant,
    counting: &'a Counting,
}

impl Reader<'_> {
    /// Counts entries by bucket and group, sorted by both; none where there are too many to count in time.
    ///
    /// It steps from one bucket that has any to the next, so that empty ones cost nothing.
    pub fn count(&mut self, counting: &Counting) -> Result<Option<Vec<Count>>, StoreError> {
        let end = columns::index(self.head()?.next_index);
        let mut indexes = Vec::with_capacity(counting.limits.len());
        for limit in &counting.limits {
            indexes.push(self.first_since(*limit)?.unwrap_or(end).min(end));
        }
        let spans = indexes.windows(2).filter_map(|pair| match pair {
            [from, to] => Some(Span { from: *from, to: *to, order: Order::Ascending }),
            _ => None,
        });
        let mut tallying = Tallying {
            spans: spans.collect(),
            counts: Counts::new(),
            ends: Instant::now() + counting.within,
            counting,
        };
        let is_whole = match counting.group {
            Grouping::Room if counting.filter.room.is_none() => self.count_rooms(&mut tallying)?,
            _ => self.count_filter(&mut tallying, &counting.filter)?,
        };
        let counts = tallying.counts.into_iter();
        let counts = counts.map(|((bucket, group), entries)| Count { bucket, group, entries });
        Ok(is_whole.then(|| counts.collect()))
    }

    /// Counts each room by itself, then what has none; or all of them at once, where there are few entries to read.
    fn count_rooms(&mut self, tallying: &mut Tallying<'_>) -> Result<bool, StoreError> {
        let filter = &tallying.counting.filter;
        let few = tallying.whole().is_none_or(|whole| whole.length() <= SCANNED);
        if few && Leg::is_of_classes(filter) {
            return self.scan_rooms(tallying);
        }
        let mut last = String::new();
        loop {
            // Also where a room has nothing in these times: there may be very many of them.
            if tallying.is_late() {
                return Ok(false);
            }
            // Of the rooms of a user alone, where one is named.
            let mut query =
                entries::table.filter(entries::room.gt(&last)).select(entries::room).into_boxed();
            if let Some(subject) = filter.subject {
                query = query.filter(entries::subject.eq(subject.as_uuid().into_bytes().to_vec()));
            }
            let next: Option<Option<String>> =
                query.order(entries::room.asc()).first(self.db).optional()?;
            let Some(next) = next.flatten() else {
                return self.count_roomless(tallying);
            };
            let room: RoomId = columns::text("entries.room", &next)?;
            let of_room = Filter { room: Some(room), ..filter.clone() };
            if !self.count_filter(tallying, &of_room)? {
                return Ok(false);
            }
            last = next;
        }
    }

    /// Reads the entries of each bucket, whatever their room.
    fn scan_rooms(&mut self, tallying: &mut Tallying<'_>) -> Result<bool, StoreError> {
        let spans = tallying.spans.clone();
        for (bucket, Span { from, to, .. }) in spans.into_iter().enumerate() {
            if tallying.is_late() {
                return Ok(false);
            }
            let rows: Vec<(Option<String>, String, i64)> = entries::table
                .filter(entries::idx.ge(from))
                .filter(entries::idx.lt(to))
                .group_by((entries::room, entries::class))
                .select((entries::room, entries::class, count_star()))
                .load(self.db)?;
            for (room, class, count) in rows {
                if tallying.counting.filter.admits(&Class::from_column(class)) {
                    tallying.add(bucket, room.as_deref(), columns::number("count", count)?);
                }
            }
        }
        Ok(true)
    }

    /// Counts what is in no room: all that was found less what the rooms have.
    fn count_roomless(&mut self, tallying: &mut Tallying<'_>) -> Result<bool, StoreError> {
        let of_rooms = std::mem::take(&mut tallying.counts);
        if !self.count_filter(tallying, &tallying.counting.filter)? {
            return Ok(false);
        }
        for ((bucket, room), entries) in of_rooms {
            if let Some(all) = tallying.counts.get_mut(&(bucket, None)) {
                *all = all.saturating_sub(entries);
            }
            tallying.counts.insert((bucket, room), entries);
        }
        tallying.counts.retain(|_, entries| *entries != 0);
        Ok(true)
    }

    /// Counts what a filter finds; false where the time is over.
    fn count_filter(
        &mut self,
        tallying: &mut Tallying<'_>,
        filter: &Filter,
    ) -> Result<bool, StoreError> {
        let legs = Leg::for_counting(self.db, filter)?;
        let Some(first) = legs.first() else { return Ok(true) };
        for class in first.classes() {
            if tallying.is_late() {
                return Ok(false);
            }
            let group = match tallying.counting.group {
                Grouping::Room => filter.room.as_ref().map(RoomId::as_str),
                Grouping::Outcome => class.outcome().map(Outcome::as_str),
                Grouping::Provider => class.provider(),
                Grouping::Reason => class.reason(),
                Grouping::Kind => Some(class.kind()),
            };
            let is_whole = if legs.len() == 1 {
                self.count_class(tallying, first, class, group)?
            } else {
                let legs: Vec<Leg> = legs.iter().map(|leg| leg.only(class)).collect();
                self.count_common(tallying, &legs, group)?
            };
            if !is_whole {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn count_class(
        &mut self,
        tallying: &mut Tallying<'_>,
        leg: &Leg,
        class: &Class,
        group: Option<&str>,
    ) -> Result<bool, StoreError> {
        let Some(mut left) = tallying.whole() else { return Ok(true) };
        while let Some(index) = leg.first(self.db, class, left)? {
            let Some((bucket, span)) = tallying.bucket_of(index) else { return Ok(true) };
            let count = leg.count(self.db, class, Span { from: index, ..span })?;
            tallying.add(bucket, group, columns::number("count", count)?);
            left.from = span.to;
            if tallying.is_late() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn count_common(
        &mut self,
        tallying: &mut Tallying<'_>,
        legs: &[Leg],
        group: Option<&str>,
    ) -> Result<bool, StoreError> {
        const AT_ONCE: usize = 10_000;
        let Some(mut left) = tallying.whole() else { return Ok(true) };
        while !left.is_empty() {
            let met = meet(self.db, legs, left, AT_ONCE)?;
            for index in &met.indexes {
                if let Some((bucket, _)) = tallying.bucket_of(*index) {
                    tallying.add(bucket, group, 1);
                }
            }
            let full = met.indexes.last().filter(|_| met.indexes.len() == AT_ONCE);
            let Some(last) = full.copied().or(met.stopped_at) else { return Ok(true) };
            left = left.after(last);
            if tallying.is_late() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Tallying<'_> {
    /// From the beginning of the first bucket to the end of the last.
    fn whole(&self) -> Option<Span> {
        let (first, last) = (self.spans.first()?, self.spans.last()?);
        Some(Span { to: last.to, ..*first })
    }

    fn bucket_of(&self, index: i64) -> Option<(usize, Span)> {
        let bucket = self.spans.partition_point(|span| span.to <= index);
        let span = self.spans.get(bucket).copied()?;
        (span.from <= index).then_some((bucket, span))
    }

    fn add(&mut self, bucket: usize, group: Option<&str>, entries: u64) {
        let count = self.counts.entry((bucket, group.map(str::to_owned))).or_default();
        *count = count.saturating_add(entries);
    }

    fn is_late(&self) -> bool {
        self.ends < Instant::now()
    }
}
