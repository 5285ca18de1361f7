//! Tokens that the desk makes for itself, to call a provider: recorded before they are signed, like every other.

use roomkey_audit::{Event, Operation};
use roomkey_claims::{EntryId, Fingerprint, KeyId, KeyState, ProfileName, RoomId, Timestamp};
use tokio::sync::oneshot;

use crate::commit::job::{Job, Pending, WriteJob};
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::receipt::{Issued, Receipt};
use crate::db::writer::{Context, Writer};
use crate::tables::policy;

/// A token that the desk makes for itself.
#[derive(Debug, Clone)]
pub struct ProviderCall {
    /// The profile.
    pub profile: ProfileName,
    /// The key that is to sign.
    pub key: KeyId,
    /// What is called.
    pub operation: Operation,
    /// The room that it is for.
    pub room: Option<RoomId>,
    /// The fingerprint of the token.
    pub fingerprint: Fingerprint,
    /// The second at which it expires.
    pub expires_at: i64,
}

/// The job that records a call.
struct CallJob<F> {
    context: Context,
    work: Option<(ProviderCall, F)>,
    outcome: Option<Result<Recorded, WriteError>>,
    reply: oneshot::Sender<Result<Receipt<Issued>, WriteError>>,
}

/// What was appended, not yet committed.
struct Recorded {
    index: u64,
    entry: EntryId,
    fingerprint: Fingerprint,
}

pub(crate) fn job<F>(
    context: Context,
    call: ProviderCall,
    allowed: F,
) -> (Job, Pending<Receipt<Issued>, WriteError>)
where
    F: FnOnce(&mut Writer<'_>) -> Result<(), WriteError> + Send + 'static,
{
    let (reply, pending) = oneshot::channel();
    let job = CallJob { context, work: Some((call, allowed)), outcome: None, reply };
    (Job::Write(Box::new(job)), Pending::new(pending))
}

impl<F> WriteJob for CallJob<F>
where
    F: FnOnce(&mut Writer<'_>) -> Result<(), WriteError> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn write(&mut self, writer: &mut Writer<'_>) -> bool {
        let Some((call, allowed)) = self.work.take() else { return false };
        let recorded = allowed(writer).and_then(|()| record(writer, call));
        let done = recorded.is_ok();
        self.outcome = Some(recorded);
        done
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Err(error.into()));
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (committed, self.outcome) {
            (Ok(()), Some(Ok(Recorded { index, entry, fingerprint }))) => {
                Ok(Receipt::issued(index, entry, fingerprint))
            }
            (Ok(()), Some(Err(error))) => Err(error),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(StoreError::Stopped.into()),
        };
        drop(self.reply.send(answer));
    }
}

/// Appends the entry, where the policy in force knows the key as one that may sign so long.
fn record(writer: &mut Writer<'_>, call: ProviderCall) -> Result<Recorded, WriteError> {
    let ProviderCall { profile, key, operation, room, fingerprint, expires_at } = call;
    let current = policy::current(writer.db())?.map(|current| current.policy);
    let known = current.as_ref().and_then(|policy| policy.profiles.get(&profile));
    let end = Timestamp::from_seconds(expires_at);
    let known = known.filter(|profile| profile.own_sessions);
    let usable = known.into_iter().flat_map(|profile| &profile.keys).any(|known| {
        known.id == key
            && known.state == KeyState::Active
            && known.not_after.is_none_or(|not_after| end <= not_after)
    });
    if !usable {
        return Err(Refused::KeyNotInForce.into());
    }
    let event =
        Event::ProviderCalled { profile, key, operation, room, fp: fingerprint, exp: expires_at };
    let (index, entry) = writer.append_entry(event)?;
    Ok(Recorded { index, entry, fingerprint })
}
