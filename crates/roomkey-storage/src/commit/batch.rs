//! One transaction: the jobs in their order, their entries, one counter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use roomkey_audit::{Entry, Event, NodeName, VERSION};
use roomkey_claims::{Clock, EntryId, IdSource, Timestamp};

use crate::commit::facts::FactBase;
use crate::commit::job::{IssueJob, Job, WriteJob};
use crate::db::columns;
use crate::db::connection::{Db, Location};
use crate::db::error::StoreError;
use crate::db::schema::head;
use crate::db::writer::{Context, Transaction, Writer};
use crate::log::entries::{self, EntryRow};

/// What transactions are made with.
#[derive(Debug, Clone)]
pub(crate) struct Means {
    pub(crate) location: Location,
    pub(crate) node: NodeName,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
}

/// An open transaction that holds the head row.
pub(crate) struct Batch<'a> {
    pub(crate) db: &'a mut Db,
    pub(crate) means: &'a Means,
    /// The clock, read once after the head row was locked.
    pub(crate) at: Timestamp,
    next: u64,
    last_t: Timestamp,
    /// Why nothing but a recovery is done.
    frozen: Option<Arc<str>>,
    appended: Vec<EntryRow>,
}

/// What a transaction wrote before it is committed.
pub(crate) struct Written {
    /// How many entries.
    pub(crate) entries: usize,
    next: u64,
    last_t: Timestamp,
}

impl Written {
    /// Writes the counter and commits, in one round trip.
    pub(crate) fn commit(&self, db: &mut Db) -> Result<(), StoreError> {
        let (next, last_t) = (columns::index(self.next), self.last_t.as_micros());
        Ok(db.batch_execute(&format!(
            "UPDATE head SET next_index = {next}, last_t = {last_t}; COMMIT"
        ))?)
    }
}

/// Where the batch stood before a job, to go back there.
struct Mark {
    next: u64,
    appended: usize,
}

impl<'a> Batch<'a> {
    /// Locks the head row, so that the transactions of all processes come one after the other.
    pub(crate) fn open(db: &'a mut Db, means: &'a Means) -> Result<Self, StoreError> {
        const COLUMNS: (head::next_index, head::last_t, head::frozen) =
            (head::next_index, head::last_t, head::frozen);
        let (next, last_t, frozen): (i64, i64, Option<String>) = match db {
            // `BEGIN IMMEDIATE` locked everything.
            Db::Sqlite(connection) => head::table.select(COLUMNS).first(connection)?,
            Db::Postgres(connection) => diesel::update(head::table)
                .set(head::next_index.eq(head::next_index))
                .returning(COLUMNS)
                .get_result(connection)?,
        };
        let next = columns::number("head.next_index", next)?;
        let at = means.clock.now();
        let last_t = Timestamp::from_micros(last_t);
        let frozen = frozen.map(Arc::from);
        Ok(Self { db, means, at, next, last_t, frozen, appended: Vec::new() })
    }

    /// Runs the jobs and writes the entries; what is left is to commit.
    pub(crate) fn run(mut self, jobs: &mut [Job]) -> Result<Written, StoreError> {
        if let Some(reason) = self.frozen.clone() {
            return self.run_frozen(jobs, &reason);
        }
        let mut rest = jobs;
        while let Some(first) = rest.first() {
            let run = match first {
                Job::Write(_) => 1,
                Job::Issue(_) => rest.iter().take_while(|job| matches!(job, Job::Issue(_))).count(),
            };
            let (now, later) = rest.split_at_mut(run);
            if let [Job::Write(job)] = now {
                self.write(job.as_mut())?;
            } else {
                self.issue(now)?;
            }
            rest = later;
        }
        self.close()
    }

    /// Refuses every job but a recovery.
    fn run_frozen(mut self, jobs: &mut [Job], reason: &Arc<str>) -> Result<Written, StoreError> {
        for job in jobs {
            match job {
                Job::Write(job) if job.despite_freeze() => self.write(job.as_mut())?,
                Job::Write(job) => job.fail(StoreError::Frozen(Arc::clone(reason))),
                Job::Issue(job) => job.fail(StoreError::Frozen(Arc::clone(reason))),
            }
        }
        self.close()
    }

    /// Writes the entries.
    fn close(self) -> Result<Written, StoreError> {
        entries::insert(self.db, &self.appended)?;
        Ok(Written { entries: self.appended.len(), next: self.next, last_t: self.last_t })
    }

    /// Decides about a run of tickets, from facts that are read in sets.
    fn issue(&mut self, jobs: &mut [Job]) -> Result<(), StoreError> {
        let issues: Vec<&mut Box<dyn IssueJob>> = jobs
            .iter_mut()
            .filter_map(|job| match job {
                Job::Issue(job) => Some(job),
                Job::Write(_) => None,
            })
            .collect();
        let tickets: Vec<_> = issues.iter().map(|job| job.ticket()).collect();
        match FactBase::load(self.db, &tickets) {
            Ok(mut base) => {
                for job in issues {
                    self.rule(&mut base, job.as_mut())?;
                }
            }
            Err(error) if error.is_about_a_row() => {
                // One ticket's row does not read: it must not fail its neighbours.
                for job in issues {
                    match FactBase::load(self.db, &[job.ticket()]) {
                        Ok(mut base) => self.rule(&mut base, job.as_mut())?,
                        Err(error) if error.is_about_a_row() => job.fail(error),
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Rules about one ticket and appends what is to be recorded.
    fn rule(&mut self, base: &mut FactBase, job: &mut dyn IssueJob) -> Result<(), StoreError> {
        let facts = base.facts(job.ticket(), self.at);
        match catch_unwind(AssertUnwindSafe(|| job.rule(&facts))) {
            Err(_) => job.fail(StoreError::Panicked),
            Ok(None) => {}
            Ok(Some(event)) => {
                let context = job.ticket().context.clone();
                let issued = match &event {
                    Event::TokenIssued(issued) if issued.uid.is_some() => Some(issued.clone()),
                    _ => None,
                };
                match self.append(&context, event) {
                    Ok((index, entry)) => job.appended(index, entry),
                    Err(error) => {
                        job.fail(error);
                        return Ok(());
                    }
                }
                if let Some(issued) = issued {
                    base.assign_uid(self.db, &issued)?;
                }
            }
        }
        Ok(())
    }

    /// Makes one change under a savepoint, so that its failure does not touch its neighbours.
    fn write(&mut self, job: &mut dyn WriteJob) -> Result<(), StoreError> {
        let mark = Mark { next: self.next, appended: self.appended.len() };
        self.db.batch_execute("SAVEPOINT job")?;
        let context = job.context().clone();
        let done = catch_unwind(AssertUnwindSafe(|| job.write(&mut Writer::new(self, context))));
        if matches!(done, Ok(true)) {
            self.db.batch_execute("RELEASE SAVEPOINT job")?;
            return Ok(());
        }
        self.db.batch_execute("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job")?;
        self.next = mark.next;
        self.appended.truncate(mark.appended);
        if done.is_err() {
            job.fail(StoreError::Panicked);
        }
        Ok(())
    }

    /// Gives an entry its place; it is written with the others of the transaction.
    pub(crate) fn append(
        &mut self,
        context: &Context,
        event: Event,
    ) -> Result<(u64, EntryId), StoreError> {
        let t = self.at.max(self.last_t);
        let entry = Entry {
            v: VERSION,
            id: EntryId::new(self.means.ids.uuid_v7(self.at)),
            t,
            at: self.at,
            by: context.by.clone(),
            req: context.req.clone(),
            node: self.means.node.clone(),
            event,
        };
        let index = self.next;
        self.appended.push(EntryRow::new(index, &entry)?);
        self.next += 1;
        self.last_t = t;
        Ok((index, entry.id))
    }
}

impl Transaction for Batch<'_> {
    fn db(&mut self) -> &mut Db {
        self.db
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn append(&mut self, context: &Context, event: Event) -> Result<(u64, EntryId), StoreError> {
        Batch::append(self, context, event)
    }
}
