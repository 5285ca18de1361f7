//! Facts that expire, forgotten once no decision can turn on them, so that memory follows the load and not the log.

use std::collections::BTreeMap;

use roomkey_claims::{RENEWABLE_AFTER_EXPIRY, Timestamp};

/// Below this many nothing is swept.
const SWEEP_FROM: usize = 4096;

/// A map whose values are kept until [`RENEWABLE_AFTER_EXPIRY`] past their expiry, and some time longer.
///
/// A sweep is due when the map has grown by half since the last one, so it costs a constant per insertion.
/// It goes by the *earliest* clock seen since the last sweep: a clock that runs ahead for a while forgets nothing.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    values: BTreeMap<K, (Timestamp, V)>,
    sweep_at: usize,
    earliest: Timestamp,
    forgotten_before: Option<Timestamp>,
}

impl<K: Ord, V> Expiring<K, V> {
    /// The empty map.
    pub(super) const fn new() -> Self {
        Self {
            values: BTreeMap::new(),
            sweep_at: SWEEP_FROM,
            earliest: Timestamp::from_micros(i64::MAX),
            forgotten_before: None,
        }
    }

    /// Takes note of the clock of an entry.
    pub(super) fn observe(&mut self, at: Timestamp) {
        self.earliest = self.earliest.min(at);
    }

    /// The value of `key`, unless it is unknown or forgotten.
    pub(super) fn find(&self, key: &K) -> Option<&V> {
        self.values.get(key).map(|(_, value)| value)
    }

    /// The value of `key`, to change it.
    pub(super) fn find_mut(&mut self, key: &K) -> Option<&mut V> {
        self.values.get_mut(key).map(|(_, value)| value)
    }

    /// Keeps `value`, in place of an earlier one of the same key.
    pub(super) fn insert(&mut self, key: K, expires_at: Timestamp, value: V) {
        if self.values.len() >= self.sweep_at {
            self.sweep();
        }
        self.values.insert(key, (expires_at, value));
    }

    /// Values that expired before this instant may have been forgotten; `None` while none was.
    pub(super) const fn forgotten_before(&self) -> Option<Timestamp> {
        self.forgotten_before
    }

    fn sweep(&mut self) {
        let cutoff = self.earliest.minus(RENEWABLE_AFTER_EXPIRY);
        let before = self.values.len();
        self.values.retain(|_, (expires_at, _)| cutoff <= *expires_at);
        let after = self.values.len();
        if after < before {
            self.forgotten_before = self.forgotten_before.max(Some(cutoff));
        }
        // Half, not double: with the lag of one interval, doubling would let the intervals grow for ever.
        self.sweep_at = SWEEP_FROM.max(after + after / 2);
        self.earliest = Timestamp::from_micros(i64::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn what_expired_long_ago_is_forgotten_and_what_did_not_is_kept() {
        let mut map = Expiring::new();
        for second in 0..20 * DAY {
            let at = Timestamp::from_seconds(second * 10);
            map.observe(at);
            map.insert(second, at, ());
        }
        // One a tenth second of a day: 8 640 a day live on; lag and growth may triple that.
        assert!(map.values.len() < 4 * 8_640, "{}", map.values.len());
        assert!(map.find(&0).is_none() && map.find(&(20 * DAY - 8_641)).is_some());
        assert!(map.forgotten_before().is_some());
    }

    #[test]
    fn a_clock_that_runs_ahead_for_a_while_forgets_nothing() {
        let mut map = Expiring::new();
        for number in 0..6_000 {
            let ahead = if number < 3_000 { 0 } else { 365 * DAY };
            map.observe(Timestamp::from_seconds(ahead));
            map.insert(number, Timestamp::from_seconds(300), ());
        }
        assert!(map.find(&0).is_some() && map.forgotten_before().is_none());
    }
}
