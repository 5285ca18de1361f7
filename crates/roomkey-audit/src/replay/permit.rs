//! Who may cause which entry, by the state before it.

use roomkey_claims::{DeskRole, RoomId, Scope, SubjectRef};

use super::state::State;
use super::violation::{Findings, Violation};
use crate::{Actor, Entry, Event, Operation};

/// Holds the actor of an entry against what it did.
pub(super) fn check(state: &State, entry: &Entry, findings: &mut Findings) {
    let index = findings.index;
    if let Actor::Session { session, subject } = &entry.by
        && state.sessions.find(session).is_some_and(|known| known.subject != *subject)
    {
        findings.push(Violation::SessionOfOther { index, session: session.clone() });
    }
    if !permits(state, entry) {
        findings.push(Violation::NotAuthorized { index, kind: entry.event.kind() });
    }
}

fn permits(state: &State, entry: &Entry) -> bool {
    let by = &entry.by;
    let console = matches!(by, Actor::Console { uid: _ });
    let system = matches!(by, Actor::System);
    let address = matches!(by, Actor::Address { prefix: _ });
    let role = desk_role(state, entry);
    let administrator = console || role == Some(DeskRole::Admin);
    match &entry.event {
        Event::UserAdded { .. }
        | Event::UserEnabled { .. }
        | Event::UserDisabled { .. }
        | Event::UserRoleSet { .. }
        | Event::UserErased { .. }
        | Event::BackendAdded { .. }
        | Event::BackendRevoked { .. }
        | Event::RoomAdded(_)
        | Event::RoomChanged(_)
        | Event::RoomClosed { .. }
        | Event::RoomOpened { .. }
        | Event::MemberAdded(_)
        | Event::MemberChanged(_)
        | Event::MemberRemoved(_)
        | Event::EventSet { .. } => administrator,
        // The desk itself starts a meeting only where the provider makes sessions, for the first who joins.
        Event::MeetingStarted { room, .. } => {
            administrator
                || may(state, by, Scope::Meetings, room)
                || (system && state.makes_sessions(room))
        }
        Event::MeetingEnded { room, .. } => administrator || may(state, by, Scope::Meetings, room),
        Event::UserPasswordSet { subject } => {
            administrator || (role.is_some() && is_own(by, *subject))
        }
        Event::SessionEnded { subject, .. } => administrator || system || owns(state, by, *subject),
        // The session need not run: it may be the very one that starts.
        Event::SessionStarted { subject, .. } => console || address || is_own(by, *subject),
        Event::PolicySet { .. } => console || system,
        Event::RetentionPruned { .. } => administrator || system,
        Event::LogRecovered { .. } => console,
        Event::AuditRead { .. } | Event::AuditExported { .. } => {
            administrator || role == Some(DeskRole::Auditor)
        }
        // The decision judges sessions and backends; nobody else has any authority over keys.
        Event::TokenIssued(_) | Event::TokenDenied(_) => !system && !address,
        Event::LoginFailed { .. } => address,
        Event::ProviderCalled { operation, room, .. } => {
            administrator || may_call(state, by, *operation, room.as_ref())
        }
        Event::DenialsAggregated { .. } => true,
    }
}

/// The role of the enabled user whose session acts, while it runs.
///
/// Whether the session was idle for too long is not in the log, so it is not looked at.
fn desk_role(state: &State, entry: &Entry) -> Option<DeskRole> {
    let Actor::Session { session, subject } = &entry.by else { return None };
    let session = state.sessions.find(session)?;
    let runs = !state.has_ended(session) && entry.at < session.ends_at;
    let user = state.subject(*subject)?;
    (runs && session.subject == *subject && user.enabled).then_some(user.role)
}

/// Whether a user acts on itself.
fn is_own(by: &Actor, subject: SubjectRef) -> bool {
    by.subject() == Some(subject)
}

/// Whether a user ends a session of its own; one past its absolute end may still be logged out of.
fn owns(state: &State, by: &Actor, subject: SubjectRef) -> bool {
    let Actor::Session { session, subject: actor } = by else { return false };
    let session = state.sessions.find(session);
    *actor == subject
        && session.is_some_and(|known| known.subject == subject && !state.has_ended(known))
}

/// Whether a backend acts that may do what `scope` says in this room.
fn may(state: &State, by: &Actor, scope: Scope, room: &RoomId) -> bool {
    let Actor::Backend { backend } = by else { return false };
    state.backends.get(backend).is_some_and(|backend| backend.may(scope, room))
}

/// Whether a backend or the desk itself may have a provider called for this.
fn may_call(state: &State, by: &Actor, operation: Operation, room: Option<&RoomId>) -> bool {
    let Some(room) = room else { return false };
    match operation {
        Operation::CreateSession => {
            may(state, by, Scope::Meetings, room)
                || (matches!(by, Actor::System) && state.makes_sessions(room))
        }
        Operation::Disconnect => may(state, by, Scope::Disconnect, room),
        Operation::ListArchives | Operation::DeleteArchive => false,
    }
}
