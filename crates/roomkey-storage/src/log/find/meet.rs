//! Entries that several indexes have in common.

use super::{Leg, Order, Span};
use crate::db::connection::Db;
use crate::db::error::StoreError;
use crate::log::entries::Row;

/// How much may be read for one page: a step costs [`STEP`], an index of an index 1. About 50 ms at most.
const BUDGET: usize = 40_000;
/// What a statement costs beside what it reads.
const STEP: usize = 16;
/// How many indexes are read at first, and after a leap.
const FIRST: usize = 8;
/// A leap over more indexes than this is far.
const FAR: u64 = 4_096;
/// How many indexes are read at once at most.
const MOST: usize = 1_024;

/// What was found.
#[derive(Debug)]
pub(crate) struct Met {
    /// The indexes, in their direction.
    pub(crate) indexes: Vec<i64>,
    /// Where the work ended before the entries did.
    pub(crate) stopped_at: Option<i64>,
    /// The rows, where they are read already.
    pub(crate) rows: Vec<Row>,
}

/// What was read of a leg and not passed yet.
struct Ahead {
    leg: Leg,
    indexes: Vec<i64>,
    /// Whether there is nothing behind them.
    is_all: bool,
}

impl Ahead {
    /// Drops what lies before the span, and reads on where nothing is left; returns what that cost.
    fn fill(
        &mut self,
        db: &mut Db,
        (span, order): (Span, Order),
        size: usize,
    ) -> Result<usize, StoreError> {
        self.indexes.retain(|index| (span.from..span.to).contains(index));
        if self.is_all || !self.indexes.is_empty() {
            return Ok(0);
        }
        let steps = self.leg.classes().len().max(1);
        self.indexes = self.leg.pull(db, (span, order), size)?;
        self.is_all = self.indexes.len() < size;
        Ok(steps.saturating_mul(STEP).saturating_add(self.indexes.len()))
    }
}

/// The first indexes that all legs have in common, at most `wanted`.
///
/// With one leg this is one reading of its index. With several, what each has ahead is compared, and all leap over what
/// one of them lacks; the work is bounded.
pub(crate) fn meet(
    db: &mut Db,
    legs: &[Leg],
    (mut span, order): (Span, Order),
    wanted: usize,
) -> Result<Met, StoreError> {
    let mut met = Met { indexes: Vec::new(), stopped_at: None, rows: Vec::new() };
    if let [leg] = legs {
        if !span.is_empty() {
            met.indexes = leg.clone().pull(db, (span, order), wanted)?;
        }
        return Ok(met);
    }
    let ahead = |leg| Ahead { leg, indexes: Vec::new(), is_all: false };
    let mut legs: Vec<Ahead> = legs.iter().cloned().map(ahead).collect();
    let nearest = |one: i64, other: i64| match order {
        Order::Ascending => one.min(other),
        Order::Descending => one.max(other),
    };
    let farthest = |one: i64, other: i64| match order {
        Order::Ascending => one.max(other),
        Order::Descending => one.min(other),
    };
    let (mut spent, mut size) = (0_usize, FIRST);
    while !span.is_empty() {
        for leg in &mut legs {
            spent = spent.saturating_add(leg.fill(db, (span, order), size)?);
            if leg.indexes.is_empty() {
                return Ok(met);
            }
        }
        // Up to here everything that a leg has is known.
        let known = legs.iter().filter(|leg| !leg.is_all).filter_map(|leg| leg.indexes.last());
        let known = known.copied().reduce(nearest);
        let is_known = |index: i64| known.is_none_or(|known| nearest(index, known) == index);
        let [first, others @ ..] = legs.as_slice() else { return Ok(met) };
        let in_all = |index: &i64| {
            is_known(*index) && others.iter().all(|leg| contains(&leg.indexes, *index, order))
        };
        met.indexes.extend(first.indexes.iter().copied().filter(in_all));
        if wanted <= met.indexes.len() {
            met.indexes.truncate(wanted);
            return Ok(met);
        }
        let Some(known) = known else { return Ok(met) };
        // The next that all can have in common is not before the farthest of what each has next.
        let beyond = span.beyond(known, order);
        let next_of = |leg: &Ahead| {
            leg.indexes.iter().copied().find(|index| (beyond.from..beyond.to).contains(index))
        };
        let leap = legs.iter().filter_map(next_of).reduce(farthest);
        span = match (leap, order) {
            (None, _) => beyond,
            (Some(leap), Order::Ascending) => Span { from: leap, ..beyond },
            (Some(leap), Order::Descending) => Span { to: leap.saturating_add(1), ..beyond },
        };
        // After a far leap most of what would be read in advance would be leapt over too.
        let is_far = leap.is_some_and(|leap| FAR < known.abs_diff(leap));
        size = if is_far { FIRST } else { size.saturating_mul(2).min(MOST) };
        if BUDGET < spent {
            met.stopped_at = Some(match order {
                Order::Ascending => span.from.saturating_sub(1),
                Order::Descending => span.to,
            });
            return Ok(met);
        }
    }
    Ok(met)
}

fn contains(indexes: &[i64], index: i64, order: Order) -> bool {
    match order {
        Order::Ascending => indexes.binary_search(&index).is_ok(),
        Order::Descending => indexes.binary_search_by(|other| index.cmp(other)).is_ok(),
    }
}
