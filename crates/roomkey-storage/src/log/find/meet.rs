//! Entries that several legs have in common: sorted lists of indexes, each read from the database in pieces.
//!
//! A round has three steps. Every leg whose piece is used up reads its next one. The *horizon* is the nearest end of
//! a piece: up to there every leg is known, so what all pieces contain up to there is found. Then all legs leap to the
//! farthest of the indexes that they have next: before it, at least one of them has nothing.

use crate::db::connection::Db;
use crate::db::error::StoreError;
use crate::log::find::leg::Leg;
use crate::log::find::span::Span;

/// The most work for one page, in indexes read: about 50 ms.
const WORK_OF_A_PAGE: usize = 40_000;

/// A statement takes as long as reading this many more indexes.
const WORK_OF_A_STATEMENT: usize = 16;

/// Indexes in the first piece of a leg, and in the first one after a far leap.
const SMALLEST_PIECE: usize = 8;

/// Indexes in a piece at most.
const LARGEST_PIECE: usize = 1_024;

/// A leap is far if it passes over more indexes than this: a large piece would mostly have been leapt over too.
const FAR: u64 = 4_096;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Met {
    /// The indexes, in their direction.
    pub(crate) indexes: Vec<i64>,
    /// The last index that was looked at, if the work ended before the span.
    pub(crate) stopped_at: Option<i64>,
}

/// The first indexes that all legs have in common, at most `wanted`, in bounded work.
pub(crate) fn meet(
    db: &mut Db,
    legs: &[Leg],
    span: Span,
    wanted: usize,
) -> Result<Met, StoreError> {
    match legs {
        // Its index is what is asked for: one reading, however long.
        [leg] if !span.is_empty() => {
            let indexes = leg.clone().pull(db, span, wanted)?;
            Ok(Met { indexes, stopped_at: None })
        }
        [_] => Ok(Met { indexes: Vec::new(), stopped_at: None }),
        legs => Meeting::new(legs.iter().cloned(), span).run(wanted, |leg, span, limit| {
            let statements = leg.classes().len().max(1);
            Ok(Piece { indexes: leg.pull(db, span, limit)?, statements })
        }),
    }
}

/// Indexes that were read from a leg; if fewer than asked for, they are all that it has.
struct Piece {
    indexes: Vec<i64>,
    /// How many statements it took.
    statements: usize,
}

/// What was read of a leg and not passed yet.
struct Ahead<L> {
    leg: L,
    indexes: Vec<i64>,
    /// Whether the leg has nothing after them.
    is_all: bool,
}

/// A search for what all legs have in common. It knows legs only by what `read` gives of them.
struct Meeting<L> {
    legs: Vec<Ahead<L>>,
    /// What is left to be looked at.
    left: Span,
    /// How many indexes the next piece has.
    piece: usize,
    /// How much work is done.
    work: usize,
}

impl<L> Meeting<L> {
    fn new(legs: impl IntoIterator<Item = L>, span: Span) -> Self {
        let ahead = |leg| Ahead { leg, indexes: Vec::new(), is_all: false };
        let legs = legs.into_iter().map(ahead).collect();
        Self { legs, left: span, piece: SMALLEST_PIECE, work: 0 }
    }

    fn run(
        mut self,
        wanted: usize,
        mut read: impl FnMut(&mut L, Span, usize) -> Result<Piece, StoreError>,
    ) -> Result<Met, StoreError> {
        let mut met = Met { indexes: Vec::new(), stopped_at: None };
        while !self.left.is_empty() && self.fill(&mut read)? {
            let horizon = self.horizon();
            met.indexes.extend(self.common(horizon));
            if wanted <= met.indexes.len() {
                met.indexes.truncate(wanted);
                break;
            }
            let Some(horizon) = horizon else { break };
            self.leap(horizon);
            if WORK_OF_A_PAGE < self.work {
                met.stopped_at = Some(self.left.last_read());
                break;
            }
        }
        Ok(met)
    }

    /// Reads on where a leg has nothing ahead; whether every leg has something, without which nothing is in common.
    fn fill(
        &mut self,
        read: &mut impl FnMut(&mut L, Span, usize) -> Result<Piece, StoreError>,
    ) -> Result<bool, StoreError> {
        for Ahead { leg, indexes, is_all } in &mut self.legs {
            indexes.retain(|index| self.left.contains(*index));
            if indexes.is_empty() && !*is_all {
                let piece = read(leg, self.left, self.piece)?;
                let statements = piece.statements.saturating_mul(WORK_OF_A_STATEMENT);
                self.work = self.work.saturating_add(statements + piece.indexes.len());
                *is_all = piece.indexes.len() < self.piece;
                *indexes = piece.indexes;
            }
            if indexes.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Up to which index every leg is known; none where all of them are known to their ends.
    fn horizon(&self) -> Option<i64> {
        let unfinished = self.legs.iter().filter(|leg| !leg.is_all);
        let ends = unfinished.filter_map(|leg| leg.indexes.last().copied());
        ends.reduce(|one, other| self.left.order.nearer(one, other))
    }

    /// What all legs have, up to the horizon.
    fn common(&self, horizon: Option<i64>) -> impl Iterator<Item = i64> + use<'_, L> {
        let order = self.left.order;
        let is_known =
            move |index: i64| horizon.is_none_or(|horizon| order.compare(index, horizon).is_le());
        let (first, others) = self.legs.split_first().unzip();
        let others = others.unwrap_or_default();
        let in_all = move |index: &i64| {
            let is_in = |leg: &Ahead<L>| {
                leg.indexes.binary_search_by(|probe| order.compare(*probe, *index)).is_ok()
            };
            is_known(*index) && others.iter().all(is_in)
        };
        first.into_iter().flat_map(|leg| leg.indexes.iter().copied()).filter(in_all)
    }

    /// Passes the horizon, and everything that a leg certainly lacks after it.
    fn leap(&mut self, horizon: i64) {
        let rest = self.left.after(horizon);
        let next = |leg: &Ahead<L>| leg.indexes.iter().copied().find(|index| rest.contains(*index));
        let farthest = self
            .legs
            .iter()
            .filter_map(next)
            .reduce(|one, other| self.left.order.farther(one, other));
        self.left = farthest.map_or(rest, |index| rest.starting_at(index));
        let is_far = farthest.is_some_and(|index| FAR < horizon.abs_diff(index));
        self.piece =
            if is_far { SMALLEST_PIECE } else { self.piece.saturating_mul(2).min(LARGEST_PIECE) };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::log::find::span::Order;

    const ORDERS: [Order; 2] = [Order::Ascending, Order::Descending];

    /// The first indexes of a list in a span, as the database gives them.
    fn piece(list: &BTreeSet<i64>, span: Span, limit: usize) -> Piece {
        let within = list.range(span.from..span.to).copied();
        let indexes = match span.order {
            Order::Ascending => within.take(limit).collect(),
            Order::Descending => within.rev().take(limit).collect(),
        };
        Piece { indexes, statements: 1 }
    }

    /// What lists have in common, with how many indexes were read for it.
    fn meet(lists: &[&BTreeSet<i64>], span: Span, wanted: usize) -> (Met, usize) {
        let mut read = 0;
        let met = Meeting::new(lists.iter().copied(), span).run(wanted, |list, span, limit| {
            let piece = piece(list, span, limit);
            read += piece.indexes.len();
            Ok(piece)
        });
        (met.unwrap(), read)
    }

    /// Lists of all densities, the same at each run.
    fn lists() -> Vec<BTreeSet<i64>> {
        let hash = |index: i64, salt: u64| {
            let mixed = (index.unsigned_abs() ^ salt << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40
        };
        let one_in = |rarity: u64, salt| {
            (0..3_000).filter(|index| hash(*index, salt) % rarity == 0).collect()
        };
        let mut lists: Vec<_> =
            [1, 2, 3, 10, 100, 700].into_iter().zip(0..).map(|(r, salt)| one_in(r, salt)).collect();
        lists.extend([BTreeSet::new(), (0..1_500).collect(), (1_500..3_000).collect()]);
        lists
    }

    #[test]
    fn what_all_lists_have_is_found_in_their_direction() {
        let lists = lists();
        for (one, other) in lists.iter().flat_map(|one| lists.iter().map(move |two| (one, two))) {
            for third in [&lists[0], &lists[3]] {
                for order in ORDERS {
                    let span = Span { from: 100, to: 2_900, order };
                    let all: Vec<i64> = one
                        .iter()
                        .copied()
                        .filter(|index| other.contains(index) && third.contains(index))
                        .filter(|index| span.contains(*index))
                        .collect();
                    for wanted in [1, 7, 5_000] {
                        let expected: Vec<i64> = match order {
                            Order::Ascending => all.iter().copied().take(wanted).collect(),
                            Order::Descending => all.iter().rev().copied().take(wanted).collect(),
                        };
                        let (met, _) = meet(&[one, other, third], span, wanted);
                        assert_eq!(met, Met { indexes: expected, stopped_at: None });
                    }
                }
            }
        }
    }

    #[test]
    fn a_rare_list_makes_a_frequent_one_leap() {
        let frequent: BTreeSet<i64> = (0..200_000).collect();
        let rare = BTreeSet::from([10, 60_000, 120_000, 199_990]);
        for order in ORDERS {
            let span = Span { from: 0, to: 200_000, order };
            let (met, read) = meet(&[&frequent, &rare], span, 100);
            assert_eq!(met.indexes.len(), 4);
            assert!(read < 200, "{read} indexes were read");
        }
    }

    #[test]
    fn the_work_of_a_page_is_bounded_and_going_on_finds_the_rest() {
        let even: BTreeSet<i64> = (0..200_000).step_by(2).collect();
        let mut odd: BTreeSet<i64> = (1..200_000).step_by(2).collect();
        odd.insert(150_000);
        for order in ORDERS {
            let mut left = Span { from: 0, to: 200_000, order };
            let (mut found, mut pages) = (Vec::new(), 0);
            loop {
                let (met, read) = meet(&[&even, &odd], left, 100);
                assert!(read <= WORK_OF_A_PAGE + 2 * LARGEST_PIECE, "{read} indexes were read");
                found.extend(met.indexes);
                pages += 1;
                let Some(stopped_at) = met.stopped_at else { break };
                left = left.after(stopped_at);
            }
            assert_eq!(found, [150_000]);
            assert!((4..20).contains(&pages), "{pages}");
        }
    }
}
