//! How the jobs do: a line in readiness and a metric for each.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use roomkey_claims::Timestamp;

use crate::readiness::check::Check;
use crate::work::kind::JobKind;

/// How a job does.
#[derive(Debug, Clone)]
struct Status {
    kind: &'static JobKind,
    /// When it last did what it should, or was started.
    good_at: Timestamp,
    /// Whether its last run failed.
    fails: bool,
}

/// How the jobs of this process do; none where no supervisor runs, as at the command line.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<BTreeMap<&'static str, Status>>);

impl Jobs {
    /// Notes that a job is supervised from now on; its metrics exist from then on.
    pub(crate) fn started(&self, kind: &'static JobKind, now: Timestamp) {
        for result in ["done", "elsewhere", "failed"] {
            count(kind, result, 0);
        }
        let status = Status { kind, good_at: now, fails: false };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(kind.name, status);
    }

    /// Notes how a run ended: with this result, or in a failure.
    pub(crate) fn ran(&self, kind: &'static JobKind, now: Timestamp, result: Option<&'static str>) {
        count(kind, result.unwrap_or("failed"), 1);
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(status) = jobs.get_mut(kind.name) else { return };
        status.fails = result.is_none();
        if !status.fails {
            status.good_at = now;
        }
    }

    /// A line for each job: it is wrong once the job has failed for longer than its grace.
    pub(crate) fn checks(&self, now: Timestamp) -> Vec<Check> {
        let jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.values().map(|status| status.check(now)).collect()
    }
}

impl Status {
    fn check(&self, now: Timestamp) -> Check {
        let Self { kind, good_at, fails } = self;
        let late = kind.grace.is_some_and(|grace| good_at.plus(grace) < now);
        let ok = !fails && !late;
        // What failed may name hosts and files: only the diagnostics say it.
        let detail = if ok {
            format!("last done at {good_at}")
        } else {
            format!("not done since {good_at}: the diagnostics say why")
        };
        Check { name: kind.name, ok, needed: late, detail }
    }
}

fn count(kind: &'static JobKind, result: &'static str, more: u64) {
    let labels = [("job", kind.name), ("result", result)];
    metrics::counter!("roomkey_job_runs_total", &labels).increment(more);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const GRACE: Duration = Duration::from_secs(10);

    const NEEDED: JobKind = JobKind {
        name: "sign-log",
        what: "signs",
        period: Duration::from_secs(1),
        lease: None,
        grace: Some(GRACE),
    };

    const OTHER: JobKind = JobKind { name: "sweep", grace: None, ..NEEDED };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn lines(jobs: &Jobs, now: i64) -> Vec<(&'static str, bool, bool)> {
        jobs.checks(at(now)).iter().map(|check| (check.name, check.ok, check.needed)).collect()
    }

    #[test]
    fn a_job_that_fails_for_longer_than_its_grace_is_needed() {
        let jobs = Jobs::default();
        assert!(jobs.checks(at(0)).is_empty());
        jobs.started(&NEEDED, at(100));
        jobs.started(&OTHER, at(100));
        assert_eq!(lines(&jobs, 100), [("sign-log", true, false), ("sweep", true, false)]);
        jobs.ran(&NEEDED, at(105), None);
        jobs.ran(&OTHER, at(105), None);
        assert_eq!(lines(&jobs, 110), [("sign-log", false, false), ("sweep", false, false)]);
        assert_eq!(lines(&jobs, 111), [("sign-log", false, true), ("sweep", false, false)]);
        let since = "not done since 1970-01-01T00:01:40Z: the diagnostics say why";
        assert_eq!(jobs.checks(at(111))[0].detail, since);
        jobs.ran(&NEEDED, at(112), Some("done"));
        assert_eq!(lines(&jobs, 112)[0], ("sign-log", true, false));
    }

    #[test]
    fn a_job_that_does_not_end_is_late_too() {
        let jobs = Jobs::default();
        jobs.started(&NEEDED, at(100));
        assert_eq!(lines(&jobs, 110), [("sign-log", true, false)]);
        assert_eq!(lines(&jobs, 111), [("sign-log", false, true)]);
    }
}
