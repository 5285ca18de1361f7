//! Rows that no longer count are removed: used `jti`s and sessions that expired, visits that are kept for too long.

use std::time::Duration;

use roomkey_storage::{Context, WriteError, Writer};

use crate::desk::Desk;
use crate::error::OpsError;
use crate::work::job::{Job, Outcome, Run};
use crate::work::kind::JobKind;

/// Its row in the table.
pub const KIND: JobKind = JobKind {
    name: "sweep",
    what: "removes used `jti`s and sessions that expired, and visits that are older than the settings keep them",
    period: Duration::from_mins(10),
    lease: None,
    grace: None,
};

/// Rows that one write removes at most: requests wait for the same committer, and this takes it a few milliseconds.
const ROWS: u32 = 1_000;

/// Writes of one sweep in one run at most; the next run goes on with what is left.
const WRITES: usize = 100;

/// The job.
#[derive(Debug)]
pub struct Sweep;

impl Job for Sweep {
    fn kind(&self) -> &'static JobKind {
        &KIND
    }

    fn run<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        Box::pin(async {
            let now = desk.ground.clock().now();
            let keep = desk.sessions.privacy().keep;
            sweep(desk, move |writer| writer.sweep_used_jtis(now, ROWS)).await?;
            sweep(desk, move |writer| writer.sweep_expired_sessions(now, ROWS)).await?;
            sweep(desk, move |writer| writer.sweep_visits(now.minus(keep), ROWS)).await?;
            Ok(Outcome::Done)
        })
    }
}

/// Writes until nothing is left to remove, or for as often as one run may.
async fn sweep<F>(desk: &Desk, rows: F) -> Result<(), OpsError>
where
    F: Fn(&mut Writer<'_>) -> Result<usize, WriteError> + Copy + Send + 'static,
{
    for _ in 0..WRITES {
        if desk.ground.write(Context::SYSTEM, rows).await? == 0 {
            break;
        }
    }
    Ok(())
}
