//! Counts within a minute, for what is not recorded one by one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use roomkey_claims::Timestamp;

const MINUTE_MICROS: i64 = 60_000_000;

/// Events by minute and key.
#[derive(Debug)]
pub(crate) struct Tally<K>(Mutex<BTreeMap<(i64, K), u32>>);

/// What was counted in one minute.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counted<K> {
    /// The start of the minute.
    pub(crate) minute: Timestamp,
    /// The key.
    pub(crate) key: K,
    /// How many.
    pub(crate) count: u32,
}

impl<K: Ord> Tally<K> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Counts one more; returns the count of its minute with it.
    pub(crate) fn note(&self, key: K, at: Timestamp) -> u32 {
        let minute = at.as_micros().div_euclid(MINUTE_MICROS);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((minute, key)).or_insert(0);
        *count = count.saturating_add(1);
        *count
    }

    /// Counts again what was taken out and could not be written.
    pub(crate) fn put_back(&self, counted: &[Counted<K>])
    where
        K: Clone,
    {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for Counted { minute, key, count: more } in counted {
            let minute = minute.as_micros().div_euclid(MINUTE_MICROS);
            let count = counts.entry((minute, key.clone())).or_insert(0);
            *count = count.saturating_add(*more);
        }
    }

    /// Takes out the minutes that are over at `now`; all of them where `now` is `None`.
    pub(crate) fn take(&self, now: Option<Timestamp>) -> Vec<Counted<K>> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        while let Some(first) = counts.first_entry() {
            let over =
                now.is_none_or(|now| first.key().0 < now.as_micros().div_euclid(MINUTE_MICROS));
            if !over {
                break;
            }
            let ((minute, key), count) = first.remove_entry();
            taken.push(Counted {
                minute: Timestamp::from_micros(minute * MINUTE_MICROS),
                key,
                count,
            });
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_taken_once_it_is_over() {
        let tally = Tally::new();
        let at = |seconds| Timestamp::from_seconds(seconds);
        assert_eq!(
            (tally.note("a", at(60)), tally.note("a", at(119)), tally.note("b", at(61))),
            (1, 2, 1)
        );
        assert_eq!(tally.note("a", at(120)), 1);
        assert!(tally.take(Some(at(119))).is_empty());
        let taken = tally.take(Some(at(120)));
        assert_eq!(
            taken,
            [
                Counted { minute: at(60), key: "a", count: 2 },
                Counted { minute: at(60), key: "b", count: 1 },
            ]
        );
        tally.put_back(&taken);
        assert_eq!(tally.take(Some(at(120))), taken);
        assert_eq!(tally.take(None).len(), 1);
    }
}
