//! Rows that no longer count are removed: visits that are kept for too long.

use std::time::Duration;

use roomkey_storage::Context;

use crate::desk::Desk;
use crate::work::job::{Job, Outcome, Run};
use crate::work::kind::JobKind;

/// Its row in the table.
pub const KIND: JobKind = JobKind {
    name: "sweep",
    what: "removes visits that are older than the settings keep them",
    period: Duration::from_mins(10),
    lease: None,
    grace: None,
};

/// The job.
#[derive(Debug)]
pub struct Sweep;

impl Job for Sweep {
    fn kind(&self) -> &'static JobKind {
        &KIND
    }

    fn run<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        Box::pin(async {
            let keep = desk.sessions.privacy().keep;
            let before = desk.ground.clock().now().minus(keep);
            let swept = desk.ground.write(Context::SYSTEM, move |writer| {
                writer.sweep_visits(before)?;
                Ok(())
            });
            swept.await?;
            Ok(Outcome::Done)
        })
    }
}
