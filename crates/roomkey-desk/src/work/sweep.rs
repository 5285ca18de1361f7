//! Rows that no longer count are removed, in sets: expired sessions, used ids of project JWTs, old visits.

use std::time::Duration;

use roomkey_storage::{Context, WriteError, Writer};

use crate::desk::Desk;
use crate::error::DeskError;
use crate::work::job::{Job, Outcome, Run};
use crate::work::kind::JobKind;

/// The lease that keeps the sweep to one node at a time.
const LEASE: &str = "sweep";

/// Its row in the table.
pub const KIND: JobKind = JobKind {
    name: "sweep",
    what: "removes expired sessions, used ids of project JWTs, and visits that are older than the settings keep them",
    period: Duration::from_mins(1),
    lease: Some(LEASE),
    grace: None,
};

/// For how long no other node sweeps after a run: a little less than the period, so that the node that swept last goes
/// on unless it is gone.
const HELD: Duration = Duration::from_secs(59);

/// Rows of a table that go in one transaction: those that wait for the head row wait for milliseconds.
const AT_ONCE: u32 = 1_000;

/// Transactions of one run; what is left after them, the next run finds.
const ROUNDS: u32 = 100;

/// The job, under a name that each process has for itself.
#[derive(Debug)]
pub struct Sweep {
    /// Who holds the lease.
    pub holder: String,
}

/// What a transaction left.
enum Swept {
    /// Another node holds the lease.
    Elsewhere,
    /// Nothing that is old enough.
    All,
    /// Perhaps more.
    Some,
}

impl Job for Sweep {
    fn kind(&self) -> &'static JobKind {
        &KIND
    }

    fn run<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        Box::pin(async {
            for _ in 0..ROUNDS {
                match sweep(desk, self.holder.clone()).await? {
                    Swept::Elsewhere => return Ok(Outcome::Elsewhere),
                    Swept::All => break,
                    Swept::Some => {}
                }
            }
            Ok(Outcome::Done)
        })
    }
}

async fn sweep(desk: &Desk, holder: String) -> Result<Swept, DeskError> {
    let keep = desk.sessions.privacy().keep;
    let swept = move |writer: &mut Writer<'_>| -> Result<Swept, WriteError> {
        if writer.take_lease(LEASE, &holder, HELD)?.is_none() {
            return Ok(Swept::Elsewhere);
        }
        let now = writer.at();
        let gone = [
            writer.sweep_expired_sessions(now, AT_ONCE)?,
            writer.sweep_used_jtis(now, AT_ONCE)?,
            writer.sweep_visits(now.minus(keep), AT_ONCE)?,
        ];
        let full = |gone: &usize| usize::try_from(AT_ONCE).is_ok_and(|most| most <= *gone);
        Ok(if gone.iter().any(full) { Swept::Some } else { Swept::All })
    };
    desk.ground.write(Context::SYSTEM, swept).await
}
