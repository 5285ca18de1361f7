//! Who may cause which entry, by the state before it.

use roomkey_claims::{DeskRole, RoomId, Scope};

use super::state::State;
use super::violation::{Findings, Violation};
use crate::{Actor, Entry, Event, Who};

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
    entry.event.kind().who().iter().any(|who| is(*who, state, entry))
}

/// Whether the actor of an entry is one of these.
fn is(who: Who, state: &State, entry: &Entry) -> bool {
    let (by, about) = (&entry.by, entry.event.about());
    let console = matches!(by, Actor::Console { uid: _ });
    let system = matches!(by, Actor::System);
    let address = matches!(by, Actor::Address { prefix: _ });
    let concerned = about.subject.is_some() && by.subject() == about.subject;
    match who {
        Who::Anyone => true,
        Who::Console => console,
        Who::System => system,
        Who::SystemWithSessions => {
            system && about.room.is_some_and(|room| state.makes_sessions(room))
        }
        Who::Address => address,
        Who::Authenticated => !system && !address,
        Who::Administrator => console || desk_role(state, entry) == Some(DeskRole::Admin),
        Who::Auditor => desk_role(state, entry) == Some(DeskRole::Auditor),
        Who::Concerned => concerned,
        Who::ConcernedNow => concerned && desk_role(state, entry).is_some(),
        Who::ConcernedNotEnded => concerned && has_session(state, by),
        Who::Backend(scope) => about.room.is_some_and(|room| may(state, by, scope, room)),
        Who::OfOperation => match &entry.event {
            Event::ProviderCalled { operation, .. } => {
                operation.who().iter().any(|who| is(*who, state, entry))
            }
            _ => false,
        },
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

/// Whether a user acts in a session of its own that was not ended.
fn has_session(state: &State, by: &Actor) -> bool {
    let Actor::Session { session, subject } = by else { return false };
    let session = state.sessions.find(session);
    session.is_some_and(|known| known.subject == *subject && !state.has_ended(known))
}

/// Whether a backend acts that may do what `scope` says in this room.
fn may(state: &State, by: &Actor, scope: Scope, room: &RoomId) -> bool {
    let Actor::Backend { backend } = by else { return false };
    state.backends.get(backend).is_some_and(|backend| backend.may(scope, room))
}
