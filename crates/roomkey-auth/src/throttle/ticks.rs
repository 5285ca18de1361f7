//! The desk's clock for governor.

use std::sync::{Arc, Mutex, PoisonError};

use governor::nanos::Nanos;
use roomkey_claims::{Clock, Timestamp};

/// Longest step that is counted at once, in microseconds: a year, in which every bucket is full again.
const LONGEST_STEP: u64 = 365 * 24 * 3_600 * 1_000_000;

/// Time that passed since the start and never goes back.
///
/// When the system's clock is set back, the time stands still for one reading and then goes on: buckets whose refill
/// lay in the future until the clock caught up would shut everybody out.
#[derive(Debug, Clone)]
pub(super) struct Ticks {
    clock: Arc<dyn Clock>,
    reading: Arc<Mutex<Reading>>,
}

#[derive(Debug)]
struct Reading {
    last: Timestamp,
    elapsed_micros: u64,
}

impl Ticks {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let reading = Reading { last: clock.now(), elapsed_micros: 0 };
        Self { clock, reading: Arc::new(Mutex::new(reading)) }
    }

    /// Microseconds since the start.
    pub(super) fn elapsed(&self) -> u64 {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let step = now.as_micros().saturating_sub(reading.last.as_micros());
        let step = u64::try_from(step).unwrap_or(0).min(LONGEST_STEP);
        reading.last = now;
        reading.elapsed_micros = reading.elapsed_micros.saturating_add(step);
        reading.elapsed_micros
    }
}

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(self.elapsed().saturating_mul(1_000))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use roomkey_claims::FixedClock;

    use super::*;

    #[test]
    fn time_never_goes_back() {
        let clock = Arc::new(FixedClock::new(Timestamp::from_seconds(1_000)));
        let ticks = Ticks::new(Arc::clone(&clock) as Arc<dyn Clock>);
        clock.advance(Duration::from_secs(5));
        assert_eq!(ticks.elapsed(), 5_000_000);
        clock.set(Timestamp::from_seconds(10));
        assert_eq!(ticks.elapsed(), 5_000_000);
        clock.advance(Duration::from_secs(1));
        assert_eq!(ticks.elapsed(), 6_000_000);
        clock.set(Timestamp::from_micros(i64::MAX));
        assert_eq!(ticks.elapsed(), 6_000_000 + LONGEST_STEP);
    }
}
