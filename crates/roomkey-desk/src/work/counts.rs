//! Denials past the first of their sort, and failed logins: counted within a minute, recorded as one entry.

use std::time::Duration;

use roomkey_audit::{Actor, Event};
use roomkey_claims::Timestamp;
use roomkey_storage::Context;

use crate::desk::Desk;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::tally::Counted;
use crate::tokens::denials::DenialKey;
use crate::work::job::{Job, Outcome, Run};
use crate::work::kind::JobKind;

/// Its row in the table.
pub const KIND: JobKind = JobKind {
    name: "record-counts",
    what: "records the denials and failed logins that were counted in the minutes that are over",
    period: Duration::from_secs(1),
    // Each node has counts of its own.
    lease: None,
    grace: None,
};

/// Counts that are written in one transaction.
const COUNTS_AT_ONCE: usize = 100;

/// How long a stop waits for the last counts to be written.
const LAST_COUNTS: Duration = Duration::from_secs(5);

/// The job.
#[derive(Debug)]
pub struct RecordCounts;

impl Job for RecordCounts {
    fn kind(&self) -> &'static JobKind {
        &KIND
    }

    fn run<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        Box::pin(async {
            record(desk, Some(desk.ground.clock().now())).await?;
            Ok(Outcome::Done)
        })
    }

    fn finish<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        Box::pin(async {
            let Ok(recorded) = tokio::time::timeout(LAST_COUNTS, record(desk, None)).await else {
                tracing::error!("the counts of the last minute could not be recorded in time");
                return Ok(Outcome::Done);
            };
            recorded?;
            Ok(Outcome::Done)
        })
    }
}

fn denials_entry(counted: &Counted<DenialKey>) -> (Actor, Event) {
    let (by, room, reason) = counted.key.clone();
    (by, Event::DenialsAggregated { room, reason, minute: counted.minute, count: counted.count })
}

fn logins_entry(counted: &Counted<String>) -> (Actor, Event) {
    let by = Actor::Address { prefix: counted.key.clone() };
    (by, Event::LoginFailed { minute: counted.minute, count: counted.count })
}

/// Records the counts of the minutes that are over at `now`, all of them where it is `None`.
///
/// They are written some at a time; what could not be written is counted on, and the first error is returned.
pub async fn record(desk: &Desk, now: Option<Timestamp>) -> Result<(), DeskError> {
    let Desk { ground, tokens, sessions, .. } = desk;
    let denials = write(ground, tokens.denials().take(now), denials_entry).await;
    let logins = write(ground, sessions.failed_logins().take(now), logins_entry).await;
    let denials = denials.map_err(|(left, error)| {
        tokens.denials().put_back(&left);
        error
    });
    let logins = logins.map_err(|(left, error)| {
        sessions.failed_logins().put_back(&left);
        error
    });
    denials.and(logins)
}

/// Writes counts as entries; an error comes with those that were not written.
async fn write<K>(
    ground: &Ground,
    mut counted: Vec<Counted<K>>,
    entry: impl Fn(&Counted<K>) -> (Actor, Event),
) -> Result<(), (Vec<Counted<K>>, DeskError)> {
    while !counted.is_empty() {
        let some = counted.iter().take(COUNTS_AT_ONCE).map(&entry).collect();
        if let Err(error) = record_counts(ground, some).await {
            return Err((counted, error));
        }
        counted.drain(..COUNTS_AT_ONCE.min(counted.len()));
    }
    Ok(())
}

async fn record_counts(ground: &Ground, entries: Vec<(Actor, Event)>) -> Result<(), DeskError> {
    let written = ground.write(Context::SYSTEM, move |writer| {
        entries.into_iter().try_for_each(|(by, event)| writer.record_count(by, event).map(drop))?;
        Ok(())
    });
    written.await
}
