//! The log is signed: what was committed is added to the tree, and a checkpoint of it is published.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::desk::Desk;
use crate::ground::Ground;
use crate::log::error::IntegrateError;
use crate::log::integrate::{Integrator, Step};
use crate::work::job::{Job, JobError, Outcome, Run};
use crate::work::kind::JobKind;

/// Its row in the table.
pub const KIND: JobKind = JobKind {
    name: "sign-log",
    what: "adds what was committed to the signed tree and publishes a checkpoint",
    // Half of the second for which a checkpoint may wait while the log grows.
    period: Duration::from_millis(500),
    lease: Some("integrator"),
    grace: Some(Duration::from_secs(10)),
};

/// The job; its integrator works on a thread that may block.
#[derive(Debug)]
pub struct SignLog(Arc<Mutex<Integrator>>);

impl SignLog {
    /// The job, after a first look at the log: one that does not match its last checkpoint is frozen when this returns.
    ///
    /// It looks whichever node integrates, for tokens are issued here too. It blocks.
    pub fn first_look(ground: &Ground, mut integrator: Integrator) -> Result<Self, IntegrateError> {
        integrator.check(ground)?;
        if let Err(error) = step(ground, &mut integrator) {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the log could not be signed"
            );
        }
        Ok(Self(Arc::new(Mutex::new(integrator))))
    }

    /// Works with the integrator on a thread that may block.
    async fn blocking<T: Send + 'static>(
        &self,
        ground: Ground,
        work: impl FnOnce(&Ground, &mut Integrator) -> Result<T, IntegrateError> + Send + 'static,
    ) -> Result<T, JobError> {
        let integrator = Arc::clone(&self.0);
        let worked = tokio::task::spawn_blocking(move || {
            work(&ground, &mut integrator.lock().unwrap_or_else(PoisonError::into_inner))
        });
        Ok(worked.await.map_err(|_| JobError::Panicked)??)
    }
}

impl Job for SignLog {
    fn kind(&self) -> &'static JobKind {
        &KIND
    }

    fn run<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        Box::pin(self.blocking(desk.ground.clone(), step))
    }

    /// What was committed until now is signed, as far as one step goes, and the lease given back.
    fn finish<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        let last = |ground: &Ground, integrator: &mut Integrator| {
            let outcome = step(ground, integrator)?;
            integrator.release(ground)?;
            Ok(outcome)
        };
        Box::pin(self.blocking(desk.ground.clone(), last))
    }
}

fn step(ground: &Ground, integrator: &mut Integrator) -> Result<Outcome, IntegrateError> {
    match integrator.step(ground)? {
        Step::Moved { size } => {
            metrics::gauge!("roomkey_log_signed_size").set(exact(size));
            Ok(Outcome::Done)
        }
        Step::Idle => Ok(Outcome::Done),
        Step::Elsewhere | Step::Frozen(_) => Ok(Outcome::Elsewhere),
    }
}

/// A size as a metric: exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
fn exact(size: u64) -> f64 {
    size as f64
}
