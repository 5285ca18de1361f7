//! Who may cause which entry, by the state before it.

use roomkey_claims::{DeskRole, RoomId, Scope, SubjectRef};

use super::state::State;
use super::violation::{Findings, Violation};
use crate::{Actor, Entry, Event};

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
        Event::MeetingStarted { room, .. } | Event::MeetingEnded { room, .. } => {
            administrator || system || runs_meetings(state, by, room)
        }
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
        Event::ProviderCalled { .. } => !address,
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

/// Whether a backend acts that may start and end meetings in this room.
fn runs_meetings(state: &State, by: &Actor, room: &RoomId) -> bool {
    let Actor::Backend { backend } = by else { return false };
    state.backends.get(backend).is_some_and(|backend| backend.may(Scope::Meetings, room))
}
