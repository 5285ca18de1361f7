//! What a load measured.

use std::collections::BTreeMap;
use std::time::Duration;

/// Answers by status, and how long the good ones took.
#[derive(Debug, Clone)]
pub struct Figures {
    /// How many answers with a status of 200 to 299.
    pub good: u64,
    /// How many others, by status.
    pub refused: BTreeMap<u16, u64>,
    latencies: Vec<u32>,
    duration: Duration,
}

impl Figures {
    pub(super) const fn new() -> Self {
        let duration = Duration::ZERO;
        Self { good: 0, refused: BTreeMap::new(), latencies: Vec::new(), duration }
    }

    pub(super) fn note(&mut self, status: u16, took: Duration) {
        if (200..300).contains(&status) {
            self.good += 1;
            self.latencies.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        } else {
            *self.refused.entry(status).or_default() += 1;
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.good += other.good;
        self.latencies.extend(other.latencies);
        for (status, count) in other.refused {
            *self.refused.entry(status).or_default() += count;
        }
    }

    pub(super) fn finish(&mut self, duration: Duration) {
        self.latencies.sort_unstable();
        self.duration = duration;
    }

    /// Good answers a second.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn per_second(&self) -> f64 {
        self.good as f64 / self.duration.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The latency that `percent` of the good answers did not exceed; zero where there were none.
    pub fn percentile(&self, percent: usize) -> Duration {
        let at = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        Duration::from_micros(self.latencies.get(at).copied().unwrap_or(0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_count_the_good_answers_only() {
        let mut figures = Figures::new();
        for micros in (1..=100).rev() {
            figures.note(200, Duration::from_micros(micros));
        }
        figures.note(503, Duration::from_secs(1));
        figures.finish(Duration::from_secs(2));
        assert_eq!(figures.percentile(50), Duration::from_micros(51));
        assert_eq!(figures.percentile(99), Duration::from_micros(100));
        assert!((figures.per_second() - 50.0).abs() < 1e-9);
        assert_eq!(figures.refused, [(503, 1)].into());
    }
}
