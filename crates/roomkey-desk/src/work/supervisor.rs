//! Starts the jobs, spaces their runs, stops them, and reports how they do.

use std::error::Error as StdError;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::Desk;
use crate::work::job::{Job, JobError, Outcome, Run};
use crate::work::kind::JobKind;

/// How long a job waits after a run that failed or was another node's, at least: what is broken is not asked all the
/// time.
const PATIENCE: Duration = Duration::from_secs(2);

/// The jobs at work.
#[derive(Debug)]
pub struct Work {
    supervised: Vec<(watch::Sender<bool>, JoinHandle<()>)>,
}

impl Work {
    /// Starts jobs; each goes on in a task of its own.
    pub fn start(desk: &Arc<Desk>, jobs: Vec<Box<dyn Job>>) -> Self {
        let start = |job| {
            let (stop, stopped) = watch::channel(false);
            (stop, tokio::spawn(supervise(Arc::clone(desk), job, stopped)))
        };
        Self { supervised: jobs.into_iter().map(start).collect() }
    }

    /// Lets each job end the run that it is in and do what is left, then returns.
    ///
    /// The job that was started first stops last: what the others write at their end is signed.
    pub async fn stop(self) {
        for (stop, task) in self.supervised.into_iter().rev() {
            stop.send_replace(true);
            if task.await.is_err() {
                tracing::error!("a supervisor of a job panicked");
            }
        }
    }
}

async fn supervise(desk: Arc<Desk>, mut job: Box<dyn Job>, mut stopped: watch::Receiver<bool>) {
    let kind = job.kind();
    desk.jobs.started(kind, desk.ground.clock().now());
    while !*stopped.borrow_and_update() {
        let result = guarded(job.run(&desk)).await;
        let pause = match result {
            Ok(Outcome::Done) => kind.period,
            Ok(Outcome::Elsewhere) | Err(_) => kind.period.max(PATIENCE),
        };
        report(&desk, kind, result);
        // Either the pause is over, or the jobs are to stop: the condition of the loop knows which.
        drop(tokio::time::timeout(pause, stopped.changed()).await);
    }
    if let Err(error) = guarded(job.finish(&desk)).await {
        report(&desk, kind, Err(error));
    }
}

/// A run whose panic is an error: the other runs and jobs go on.
async fn guarded(run: Run<'_>) -> Result<Outcome, JobError> {
    AssertUnwindSafe(run).catch_unwind().await.unwrap_or(Err(JobError::Panicked))
}

fn report(desk: &Desk, kind: &'static JobKind, result: Result<Outcome, JobError>) {
    let result = match result {
        Ok(Outcome::Done) => Some("done"),
        Ok(Outcome::Elsewhere) => Some("elsewhere"),
        Err(error) => {
            tracing::error!(error = &error as &dyn StdError, "the job {} failed", kind.name);
            None
        }
    };
    desk.jobs.ran(kind, desk.ground.clock().now(), result);
}
