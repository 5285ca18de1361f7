//! Work for the committer: what waits in its queue and how its caller hears of it.

use std::pin::Pin;
use std::task::Poll;

use roomkey_audit::Event;
use roomkey_claims::{BackendRef, Facts, Reason, SessionRef, SubjectRef, Wish};
use tokio::sync::oneshot;

use crate::db::error::{StoreError, WriteError};
use crate::db::receipt::{Denied, Issued, Receipt};
use crate::db::writer::{Context, Writer};

/// Who asks for what.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Who acts in which request.
    pub context: Context,
    /// On whose authority.
    pub authority: Asker,
    /// Whose key it is to be, where such a user was found.
    pub subject: Option<SubjectRef>,
    /// What is asked for.
    pub wish: Wish,
}

/// On whose authority a ticket asks; its facts are read in the transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asker {
    /// A session.
    Session(SessionRef),
    /// A backend.
    Backend(BackendRef),
    /// A person at the command line.
    Console,
}

/// What was ruled about a ticket, inside the transaction.
#[derive(Debug)]
pub enum Ruling<D, H> {
    /// Record this issuance, then hand out what comes of `draft`.
    Issue {
        /// What the entry says.
        event: Box<roomkey_audit::Issued>,
        /// What the caller gets back with the receipt.
        draft: D,
    },
    /// Record this denial.
    Deny(Box<roomkey_audit::Denied>),
    /// Deny without an entry of its own: it is counted and recorded with others.
    DenyCounted(Reason),
    /// Nothing is recorded and nothing handed out; the caller hears why.
    Hold(H),
}

/// What became of a ticket, after the commit.
#[derive(Debug)]
pub enum Outcome<D, H> {
    /// The issuance is recorded.
    Issued(D, Receipt<Issued>),
    /// The denial is recorded.
    Denied(Receipt<Denied>),
    /// The denial is counted.
    DeniedCounted(Reason),
    /// Nothing was recorded and nothing is handed out.
    Held(H),
}

/// An answer that is under way.
#[derive(Debug)]
pub struct Pending<T, E>(oneshot::Receiver<Result<T, E>>);

impl<T, E: From<StoreError>> Pending<T, E> {
    pub(crate) const fn new(reply: oneshot::Receiver<Result<T, E>>) -> Self {
        Self(reply)
    }

    /// Waits for the answer on a thread that may block.
    pub fn wait(self) -> Result<T, E> {
        self.0.blocking_recv().unwrap_or_else(|_| Err(StoreError::Stopped.into()))
    }
}

impl<T, E: From<StoreError>> Future for Pending<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|answer| answer.unwrap_or_else(|_| Err(StoreError::Stopped.into())))
    }
}

/// One piece of work.
pub(crate) enum Job {
    /// Decide about a key.
    Issue(Box<dyn IssueJob>),
    /// Change something.
    Write(Box<dyn WriteJob>),
}

impl Job {
    /// Whether nobody waits for the answer any more, so that nothing needs to be done.
    pub(crate) fn is_abandoned(&self) -> bool {
        match self {
            Self::Issue(job) => job.is_abandoned(),
            Self::Write(job) => job.is_abandoned(),
        }
    }

    /// Tells the caller how the transaction ended.
    pub(crate) fn finish(self, committed: Result<(), StoreError>) {
        match self {
            Self::Issue(job) => job.finish(committed),
            Self::Write(job) => job.finish(committed),
        }
    }
}

/// A ticket with what decides about it.
pub(crate) trait IssueJob: Send {
    fn is_abandoned(&self) -> bool;
    fn ticket(&self) -> &Ticket;
    /// Decides; returns what the entry records, if it has one.
    fn rule(&mut self, facts: &Facts) -> Option<Event>;
    /// Takes note of the entry that was appended, not yet committed.
    fn appended(&mut self, index: u64, entry: roomkey_claims::EntryId);
    /// Takes note that this one alone failed.
    fn fail(&mut self, error: StoreError);
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

/// A change.
pub(crate) trait WriteJob: Send {
    fn is_abandoned(&self) -> bool;
    fn context(&self) -> &Context;
    /// Whether it is done although the log is frozen.
    fn despite_freeze(&self) -> bool {
        false
    }
    /// Makes the change; `false` where it is to be rolled back.
    fn write(&mut self, writer: &mut Writer<'_>) -> bool;
    fn fail(&mut self, error: StoreError);
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

/// The one implementation of [`IssueJob`].
struct Issue<D, H, F> {
    ticket: Ticket,
    rule: Option<F>,
    outcome: Option<Result<Ruled<D, H>, StoreError>>,
    reply: oneshot::Sender<Result<Outcome<D, H>, StoreError>>,
}

/// A ruling with the place of its entry.
struct Ruled<D, H> {
    ruling: RulingKept<D, H>,
    at: Option<(u64, roomkey_claims::EntryId)>,
}

enum RulingKept<D, H> {
    Issue(roomkey_claims::Fingerprint, D),
    Deny(Reason),
    Hold(H),
}

/// Makes the job of a ticket and the answer that it will give.
pub(crate) fn issue<D, H, F>(ticket: Ticket, rule: F) -> (Job, Pending<Outcome<D, H>, StoreError>)
where
    D: Send + 'static,
    H: Send + 'static,
    F: FnOnce(&Facts) -> Ruling<D, H> + Send + 'static,
{
    let (reply, pending) = oneshot::channel();
    (
        Job::Issue(Box::new(Issue { ticket, rule: Some(rule), outcome: None, reply })),
        Pending(pending),
    )
}

impl<D: Send, H: Send, F: FnOnce(&Facts) -> Ruling<D, H> + Send> IssueJob for Issue<D, H, F> {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    fn rule(&mut self, facts: &Facts) -> Option<Event> {
        let ruling = self.rule.take()?(facts);
        let (kept, event) = match ruling {
            Ruling::Issue { event, draft } => {
                (RulingKept::Issue(event.fp, draft), Some(Event::TokenIssued(event)))
            }
            Ruling::Deny(event) => {
                (RulingKept::Deny(event.reason), Some(Event::TokenDenied(event)))
            }
            Ruling::DenyCounted(reason) => (RulingKept::Deny(reason), None),
            Ruling::Hold(hold) => (RulingKept::Hold(hold), None),
        };
        self.outcome = Some(Ok(Ruled { ruling: kept, at: None }));
        event
    }

    fn appended(&mut self, index: u64, entry: roomkey_claims::EntryId) {
        if let Some(Ok(ruled)) = &mut self.outcome {
            ruled.at = Some((index, entry));
        }
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Err(error));
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { outcome, reply, .. } = *self;
        let answer = committed.and_then(|()| match outcome {
            Some(Ok(Ruled {
                ruling: RulingKept::Issue(fingerprint, draft),
                at: Some((index, entry)),
            })) => Ok(Outcome::Issued(draft, Receipt::issued(index, entry, fingerprint))),
            Some(Ok(Ruled { ruling: RulingKept::Deny(reason), at: Some((index, entry)) })) => {
                Ok(Outcome::Denied(Receipt::denied(index, entry, reason)))
            }
            Some(Ok(Ruled { ruling: RulingKept::Deny(reason), at: None })) => {
                Ok(Outcome::DeniedCounted(reason))
            }
            Some(Ok(Ruled { ruling: RulingKept::Hold(hold), .. })) => Ok(Outcome::Held(hold)),
            Some(Ok(Ruled { ruling: RulingKept::Issue(..), at: None })) | None => {
                Err(StoreError::Stopped)
            }
            Some(Err(error)) => Err(error),
        });
        // Nobody may wait any more: then the entry stands without a key, which is allowed.
        drop(reply.send(answer));
    }
}

/// The one implementation of [`WriteJob`].
struct Write<T, F> {
    context: Context,
    change: Option<F>,
    outcome: Option<Result<T, WriteError>>,
    how: How,
    reply: oneshot::Sender<Result<T, WriteError>>,
}

/// How a change is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// While somebody waits for its answer.
    Awaited,
    /// Even where nobody waits for its answer.
    Detached,
    /// Although the log is frozen.
    Recovery,
}

/// Makes the job of a change and the answer that it will give.
pub(crate) fn write<T, F>(context: Context, how: How, write: F) -> (Job, Pending<T, WriteError>)
where
    T: Send + 'static,
    F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
{
    let (reply, pending) = oneshot::channel();
    (
        Job::Write(Box::new(Write { context, change: Some(write), outcome: None, how, reply })),
        Pending(pending),
    )
}

impl<T: Send, F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send> WriteJob for Write<T, F> {
    fn despite_freeze(&self) -> bool {
        self.how == How::Recovery
    }

    fn is_abandoned(&self) -> bool {
        self.how != How::Detached && self.reply.is_closed()
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn write(&mut self, writer: &mut Writer<'_>) -> bool {
        let Some(change) = self.change.take() else { return false };
        let outcome = change(writer);
        let done = outcome.is_ok();
        self.outcome = Some(outcome);
        done
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Err(error.into()));
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(StoreError::Stopped.into()),
        };
        drop(self.reply.send(answer));
    }
}
