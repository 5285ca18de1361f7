//! Where governor keeps the fill of each bucket.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::Quota;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;

/// Most buckets that are kept.
const MOST_BUCKETS: usize = 100_000;

/// The buckets of one limit, by key: for each the time at which it is full again.
///
/// governor's own store can neither give a charge back nor bound its size; the arithmetic (GCRA) stays governor's.
#[derive(Clone)]
pub(super) struct Buckets<K> {
    full_at: Arc<Mutex<BTreeMap<K, u64>>>,
    /// What one charge moves that time by, in nanoseconds.
    charge: u64,
}

impl<K: Ord + Clone> Buckets<K> {
    pub(super) fn new(quota: Quota) -> Self {
        let charge = u64::try_from(quota.replenish_interval().as_nanos()).unwrap_or(u64::MAX);
        Self { full_at: Arc::default(), charge }
    }

    /// Takes one charge back.
    pub(super) fn refund(&self, key: &K) {
        if let Some(full_at) = self.lock().get_mut(key) {
            *full_at = full_at.saturating_sub(self.charge);
        }
    }

    /// The map; no code that can panic leaves it half changed.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<K, u64>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the half of the buckets that are fullest, that is, those that were charged least.
///
/// So a flood of new keys cannot make the desk forget an account that is under attack.
fn halve<K: Ord>(buckets: &mut BTreeMap<K, u64>) {
    let mut times: Vec<u64> = buckets.values().copied().collect();
    let middle = times.len() / 2;
    let (_, median, _) = times.select_nth_unstable(middle);
    let median = *median;
    buckets.retain(|_, full_at| median < *full_at);
}

impl<K: Ord + Clone + Hash> StateStore for Buckets<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut buckets = self.lock();
        let (outcome, full_at) = f(buckets.get(key).copied().map(Nanos::new))?;
        if MOST_BUCKETS <= buckets.len() && !buckets.contains_key(key) {
            halve(&mut buckets);
        }
        buckets.insert(key.clone(), full_at.as_u64());
        Ok(outcome)
    }
}

impl<K: Ord + Clone + Hash> ShrinkableKeyedStateStore<K> for Buckets<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, full_at| drop_below.as_u64() <= *full_at);
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_keys_forgets_those_charged_least() {
        let mut buckets: BTreeMap<u32, u64> = (0..1_000).map(|key| (key, 5)).collect();
        buckets.insert(7, 90);
        halve(&mut buckets);
        assert_eq!(buckets.into_iter().collect::<Vec<_>>(), [(7, 90)]);
    }
}
