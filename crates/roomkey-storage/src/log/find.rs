//! Entries that fit a filter, always by an index, in bounded work.
//!
//! Every condition of a filter but time is either part of the [`Class`] of an entry, of which a log has few, or begins
//! an index that goes on with class and index. So each such index answers its own conditions and any of kind, provider,
//! reason and outcome exactly; what no one index answers is intersected.

pub(crate) mod leg;
pub(crate) mod meet;
pub(crate) mod span;

use std::str::FromStr;

use diesel::prelude::*;
use roomkey_audit::Filter;
use roomkey_claims::{Timestamp, UnknownName, find_word};

use crate::db::columns;
use crate::db::error::StoreError;
use crate::db::reader::Reader;
use crate::db::schema::entries;
use crate::log::entries::{Row, STORED, Stored, stored};
use crate::log::find::leg::Leg;
use crate::log::find::meet::meet;
use crate::log::find::span::{Order, Span};

impl Order {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ascending, Self::Descending];

    /// The word in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

impl FromStr for Order {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

/// A page of the log: keyset paging on the index, which never changes.
#[derive(Debug, Clone)]
pub struct Page {
    /// What is looked for.
    pub filter: Filter,
    /// In which direction.
    pub order: Order,
    /// The index that the page before ended with.
    pub after: Option<u64>,
    /// Only entries below this index.
    pub below: Option<u64>,
    /// Most entries.
    pub limit: u16,
}

/// What a page holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The entries.
    pub entries: Vec<Stored>,
    /// The index after which to go on, where there is or may be more.
    ///
    /// A page may end early, even empty, where several conditions that each fit very many entries rarely fit one
    /// together: its work is bounded, and going on finds the rest.
    pub next: Option<u64>,
    /// The index below which no entry that comes later can change the page; none where it is open to new ones.
    pub settled_below: Option<u64>,
}

impl Reader<'_> {
    /// A page of entries.
    pub fn page(&mut self, page: &Page) -> Result<Found, StoreError> {
        let Page { filter, order, after, below: _, limit } = page;
        let Some(all) = self.span(page)? else {
            return Ok(Found { entries: Vec::new(), next: None, settled_below: None });
        };
        let span = after.map_or(all, |after| all.after(columns::index(after)));
        let wanted = usize::from(*limit).saturating_add(1);
        let (mut rows, stopped_at) = match Leg::of_filter(self.db, filter)? {
            Some(legs) => {
                let met = meet(self.db, &legs, span, wanted)?;
                (self.rows_at(&met.indexes, *order)?, met.stopped_at)
            }
            None => (self.rows(span, wanted)?, None),
        };
        let more = usize::from(*limit) < rows.len();
        rows.truncate(usize::from(*limit));
        let last = rows.last().map(|row| row.0);
        let next = if more { last } else { stopped_at };
        let settled = match order {
            Order::Descending if after.is_some() || !all.is_open() => Some(span.to),
            // What comes later comes behind the one more that was seen.
            Order::Ascending if next.is_some() => next.map(|next| next.saturating_add(1)),
            Order::Ascending if !all.is_open() => Some(span.to),
            Order::Ascending | Order::Descending => None,
        };
        let number = |index: i64| columns::number("entries.idx", index);
        Ok(Found {
            entries: rows.into_iter().map(stored).collect::<Result<_, _>>()?,
            next: next.map(number).transpose()?,
            settled_below: settled.map(|index| number(index.max(0))).transpose()?,
        })
    }

    /// The indexes that the times of the filter and `below` leave; none where there can be no entry yet.
    ///
    /// Labels of time never go back along the log, so a bound on time is a bound on the index.
    fn span(&mut self, page: &Page) -> Result<Option<Span>, StoreError> {
        let mut span = Span::whole(page.order);
        if let Some(since) = page.filter.since {
            match self.first_since(since)? {
                Some(first) => span.from = first,
                None => return Ok(None),
            }
        }
        if let Some(until) = page.filter.until
            && let Some(end) = self.first_since(until)?
        {
            span.to = end;
        }
        if let Some(below) = page.below {
            span.to = span.to.min(columns::index(below));
        }
        Ok(Some(span))
    }

    /// The index of the first entry whose label of time is not before `t`.
    pub(crate) fn first_since(&mut self, t: Timestamp) -> Result<Option<i64>, StoreError> {
        let query = entries::table
            .filter(entries::t.ge(t.as_micros()))
            .order((entries::t.asc(), entries::idx.asc()));
        Ok(query.select(entries::idx).first(self.db).optional()?)
    }

    fn rows(&mut self, span: Span, limit: usize) -> Result<Vec<Row>, StoreError> {
        if span.is_empty() {
            return Ok(Vec::new());
        }
        let query = entries::table
            .filter(entries::idx.ge(span.from))
            .filter(entries::idx.lt(span.to))
            .select(STORED)
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .into_boxed();
        Ok(match span.order {
            Order::Ascending => query.order(entries::idx.asc()).load(self.db)?,
            Order::Descending => query.order(entries::idx.desc()).load(self.db)?,
        })
    }

    fn rows_at(&mut self, indexes: &[i64], order: Order) -> Result<Vec<Row>, StoreError> {
        if indexes.is_empty() {
            return Ok(Vec::new());
        }
        let query = entries::table.filter(entries::idx.eq_any(indexes.to_vec())).select(STORED);
        let mut rows: Vec<Row> = query.load(self.db)?;
        rows.sort_by_key(|row| row.0);
        if order == Order::Descending {
            rows.reverse();
        }
        Ok(rows)
    }
}
