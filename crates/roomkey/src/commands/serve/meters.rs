//! Metrics: recorded anywhere, rendered for Prometheus on a listener of their own.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use roomkey_desk::desk::Desk;
use roomkey_desk::work::job::{Job, Outcome, Run};
use roomkey_desk::work::kind::JobKind;
use tracing_appender::non_blocking::ErrorCounter;

/// Bounds of durations, in seconds: a key takes a few milliseconds, a login a tenth of a second.
const SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The recorder of this process.
#[derive(Clone)]
pub(super) struct Meters {
    handle: PrometheusHandle,
    dropped: Vec<ErrorCounter>,
}

impl Meters {
    /// Takes over every metric of the process from now on.
    pub(super) fn install(dropped: Vec<ErrorCounter>) -> anyhow::Result<Self> {
        let builder = PrometheusBuilder::new();
        let builder =
            builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?;
        let handle = builder.install_recorder()?;
        describe();
        gauge!("roomkey_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
        reloaded(true);
        Ok(Self { handle, dropped })
    }

    /// What writes the metrics down, with the counts that other parts keep themselves.
    pub(super) fn render(&self, desk: &Arc<Desk>) -> Arc<dyn Fn() -> String + Send + Sync> {
        let (meters, desk) = (self.clone(), Arc::clone(desk));
        Arc::new(move || {
            meters.collect(&desk);
            meters.handle.render()
        })
    }

    /// The job that keeps the metrics tidy.
    pub(super) fn upkeep(&self) -> Upkeep {
        Upkeep(self.handle.clone())
    }

    fn collect(&self, desk: &Desk) {
        let store = desk.ground.counters();
        let count = |value: &std::sync::atomic::AtomicU64| value.load(Ordering::Relaxed);
        counter!("roomkey_commits_total").absolute(count(&store.commits));
        counter!("roomkey_commit_failures_total").absolute(count(&store.failures));
        counter!("roomkey_commit_jobs_total").absolute(count(&store.jobs));
        counter!("roomkey_entries_total").absolute(count(&store.entries));
        gauge!("roomkey_commit_busy_seconds").set(seconds(count(&store.busy_micros)));
        gauge!("roomkey_commit_queue_depth").set(number(desk.ground.queue_depth()));
        gauge!("roomkey_password_queue_depth").set(number(desk.sessions.hasher().queue_depth()));
        counter!("roomkey_password_verifications_total")
            .absolute(desk.sessions.hasher().verifications());
        let dropped: usize = self.dropped.iter().map(ErrorCounter::dropped_lines).sum();
        counter!("roomkey_log_lines_dropped_total")
            .absolute(u64::try_from(dropped).unwrap_or(u64::MAX));
    }
}

/// Empties what histograms have collected, so that memory stays bounded where no scraper reads the metrics.
pub(super) struct Upkeep(PrometheusHandle);

/// Its row, beside those of the desk.
const UPKEEP: JobKind = JobKind {
    name: "tidy-metrics",
    what: "empties what histograms have collected, so that memory stays bounded",
    period: Duration::from_secs(1),
    lease: None,
    grace: None,
};

impl Job for Upkeep {
    fn kind(&self) -> &'static JobKind {
        &UPKEEP
    }

    fn run<'a>(&'a mut self, _desk: &'a Desk) -> Run<'a> {
        self.0.run_upkeep();
        Box::pin(async { Ok(Outcome::Done) })
    }
}

/// Notes whether the settings that were read last are in force.
pub(super) fn reloaded(success: bool) {
    gauge!("roomkey_config_reload_success").set(if success { 1.0 } else { 0.0 });
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

fn number(count: usize) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}

fn describe() {
    describe_gauge!("roomkey_build_info", "The version that runs.");
    describe_gauge!(
        "roomkey_config_reload_success",
        "Whether the settings read last are in force."
    );
    describe_counter!("roomkey_tokens_issued_total", "Keys handed out, by provider and role.");
    describe_counter!("roomkey_token_denied_total", "Keys denied, by reason.");
    describe_counter!("roomkey_logins_total", "Logins, by result.");
    describe_gauge!("roomkey_log_signed_size", "Entries that the newest signed checkpoint covers.");
    describe_counter!("roomkey_http_requests_total", "Requests, by method, route and status.");
    describe_histogram!(
        "roomkey_http_request_duration_seconds",
        Unit::Seconds,
        "Time to answer a request."
    );
    describe_counter!("roomkey_commits_total", "Transactions that were committed.");
    describe_counter!("roomkey_commit_failures_total", "Transactions that were not committed.");
    describe_counter!("roomkey_commit_jobs_total", "Writes that went into transactions.");
    describe_counter!("roomkey_entries_total", "Entries that this process appended to the log.");
    describe_gauge!(
        "roomkey_commit_busy_seconds",
        Unit::Seconds,
        "Time that the committer spent at work."
    );
    describe_counter!("roomkey_job_runs_total", "Runs of jobs, by job and result.");
    describe_gauge!("roomkey_commit_queue_depth", "Writes that wait for a transaction.");
    describe_gauge!("roomkey_password_queue_depth", "Passwords that wait to be hashed.");
    describe_counter!("roomkey_password_verifications_total", "Passwords that were compared.");
    describe_counter!("roomkey_log_lines_dropped_total", "Lines of diagnostics that were dropped.");
}
