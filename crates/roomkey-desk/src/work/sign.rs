//! The log is signed: what was committed is added to the tree, and a checkpoint of it is published.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use roomkey_storage::INTEGRATOR;
use tokio::sync::oneshot;

use crate::desk::Desk;
use crate::error::DeskError;
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
    lease: Some(INTEGRATOR),
    grace: Some(Duration::from_secs(10)),
};

/// The job. Its integrator works on a thread of its own, which may block: on those of the runtime's pool, one after the
/// other, the memory that it works with would be allocated once for each.
#[derive(Debug)]
pub struct SignLog {
    looks: mpsc::Sender<Look>,
}

/// What the thread is asked for, with the way to answer.
struct Look {
    /// Whether it is the last one, after which the lease is released.
    last: bool,
    answer: oneshot::Sender<Result<Outcome, JobError>>,
}

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
        let (looks, asked) = mpsc::channel();
        let ground = ground.clone();
        std::thread::Builder::new()
            .name("integrator".to_owned())
            .spawn(move || answer(&ground, &mut integrator, &asked))
            .map_err(|_| DeskError::Internal("the integrator's thread could not be started"))?;
        Ok(Self { looks })
    }

    /// Has the thread look.
    async fn look(&self, last: bool) -> Result<Outcome, JobError> {
        let (answer, answered) = oneshot::channel();
        // Either fails only if the thread is gone.
        self.looks.send(Look { last, answer }).map_err(|_| JobError::Panicked)?;
        answered.await.map_err(|_| JobError::Panicked)?
    }
}

/// Answers looks until the job is dropped; a panic is an answer, and the next look goes on.
fn answer(ground: &Ground, integrator: &mut Integrator, asked: &mpsc::Receiver<Look>) {
    for Look { last, answer } in asked {
        let look = AssertUnwindSafe(|| {
            let outcome = step(ground, integrator)?;
            if last {
                integrator.release(ground)?;
            }
            Ok(outcome)
        });
        let outcome = catch_unwind(look).unwrap_or(Err(JobError::Panicked));
        // The supervisor may have given up waiting.
        drop(answer.send(outcome));
    }
}

impl Job for SignLog {
    fn kind(&self) -> &'static JobKind {
        &KIND
    }

    fn run<'a>(&'a mut self, _desk: &'a Desk) -> Run<'a> {
        Box::pin(self.look(false))
    }

    /// What was committed until now is signed, as far as one step goes, and the lease released.
    fn finish<'a>(&'a mut self, _desk: &'a Desk) -> Run<'a> {
        Box::pin(self.look(true))
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
