//! The fold: one entry after the other changes the state.
//!
//! An entry that should not be there is applied as far as it makes sense, so that one lie is reported once.

mod rooms;

use std::sync::Arc;

use roomkey_claims::{BackendFacts, BackendRef, DeskRole, SessionRef, SubjectRef};

use super::facts::renewable;
use super::state::{Session, State, Status, User};
use super::violation::{Findings, Named, Violation};
use crate::{Entry, Event};

impl State {
    /// Applies an entry, and reports what it refers to or adds wrongly.
    pub(super) fn apply(&mut self, entry: &Entry, findings: &mut Findings) {
        self.sessions.observe(entry.at);
        self.issuances.observe(entry.at);
        match &entry.event {
            Event::PolicySet { policy, .. } => self.policy = Some(Arc::new(policy.clone())),
            Event::UserAdded { subject, role } => self.add_user(*subject, *role, findings),
            Event::UserEnabled { subject } => {
                self.change_user(*subject, findings, |user| user.status = Status::Enabled);
            }
            Event::UserDisabled { subject } => self.change_user(*subject, findings, |user| {
                (user.status, user.era) = (Status::Disabled, user.era + 1);
            }),
            Event::UserRoleSet { subject, role } => {
                self.change_user(*subject, findings, |user| user.role = *role);
            }
            Event::UserPasswordSet { subject } => {
                self.change_user(*subject, findings, |user| user.era += 1);
            }
            Event::UserErased { subject } => self.erase_user(*subject, findings),
            Event::SessionStarted { session, subject, ends_at, idle_seconds } => {
                let era = self.users.get(subject).map_or(0, |user| user.era);
                let (subject, ends_at, idle_seconds) = (*subject, *ends_at, *idle_seconds);
                let started = Session { subject, ends_at, idle_seconds, ended: false, era };
                self.start_session(session, started, findings);
            }
            Event::SessionEnded { session, subject, reason: _ } => {
                self.end_session(session, *subject, findings);
            }
            Event::BackendAdded { backend, scopes, rooms } => {
                let (scopes, rooms) = (scopes.clone(), rooms.clone());
                let added = BackendFacts { scopes, rooms, revoked: false };
                self.add_backend(backend, added, findings);
            }
            Event::BackendRevoked { backend } => self.revoke_backend(backend, findings),
            Event::RoomAdded(set) => self.add_room(set, findings),
            Event::RoomChanged(set) => self.set_room(set, findings),
            Event::RoomClosed { room } => self.close_room(room, true, findings),
            Event::RoomOpened { room } => self.close_room(room, false, findings),
            Event::MemberAdded(set) => self.set_member(set, false, findings),
            Event::MemberChanged(set) => self.set_member(set, true, findings),
            Event::MemberRemoved(place) => self.remove_member(place, findings),
            Event::EventSet { room, event, window } => {
                self.set_window(room, event, *window, findings);
            }
            Event::MeetingStarted { room, number, provider_room } => {
                self.start_meeting(room, *number, provider_room, findings);
            }
            Event::MeetingEnded { room, number } => self.end_meeting(room, *number, findings),
            Event::TokenIssued(issued) => {
                self.assign_uid(issued);
                if let Some(facts) = renewable(&entry.by, issued) {
                    self.issuances.insert(issued.issuance, facts.expires_at, facts);
                }
            }
            Event::TokenDenied(_)
            | Event::DenialsAggregated { .. }
            | Event::LoginFailed { .. }
            | Event::ProviderCalled { .. }
            | Event::AuditRead { .. }
            | Event::AuditExported { .. }
            | Event::RetentionPruned { .. }
            | Event::LogRecovered { .. } => {}
        }
    }

    /// Adds a user; one who is there already keeps the era, so that ended sessions stay ended.
    fn add_user(&mut self, subject: SubjectRef, role: DeskRole, findings: &mut Findings) {
        let era = self.users.get(&subject).map(|user| user.era);
        findings.refuse(era.is_some(), || Named::Subject(subject));
        let user = User { role, status: Status::Enabled, era: era.unwrap_or(0) };
        self.users.insert(subject, user);
    }

    fn change_user(
        &mut self,
        subject: SubjectRef,
        findings: &mut Findings,
        change: impl FnOnce(&mut User),
    ) {
        match self.users.get_mut(&subject).filter(|user| user.status != Status::Erased) {
            Some(user) => change(user),
            None => findings.require(false, || Named::Subject(subject)),
        }
    }

    fn erase_user(&mut self, subject: SubjectRef, findings: &mut Findings) {
        self.change_user(subject, findings, |user| {
            (user.status, user.era) = (Status::Erased, user.era + 1);
        });
        for room in self.rooms.values_mut() {
            room.members.remove(&subject);
        }
    }

    fn start_session(&mut self, session: &SessionRef, started: Session, findings: &mut Findings) {
        let (index, subject) = (findings.index, started.subject);
        findings.refuse(self.sessions.find(session).is_some(), || Named::Session(session.clone()));
        let facts = self.subject(subject);
        findings.require(facts.is_some(), || Named::Subject(subject));
        if facts.is_some_and(|facts| !facts.enabled) {
            findings.push(Violation::SessionOfDisabled { index, session: session.clone() });
        }
        self.sessions.insert(session.clone(), started.ends_at, started);
    }

    fn end_session(&mut self, session: &SessionRef, subject: SubjectRef, findings: &mut Findings) {
        let index = findings.index;
        let known = self.sessions.find(session);
        let runs = known.is_some_and(|known| !self.has_ended(known));
        findings.require(runs, || Named::Session(session.clone()));
        if known.is_some_and(|known| known.subject != subject) {
            findings.push(Violation::SessionOfOther { index, session: session.clone() });
        }
        if let Some(known) = self.sessions.find_mut(session) {
            known.ended = true;
        }
    }

    fn add_backend(&mut self, backend: &BackendRef, added: BackendFacts, findings: &mut Findings) {
        let known = self.backends.contains_key(backend);
        findings.refuse(known, || Named::Backend(backend.clone()));
        self.backends.insert(backend.clone(), added);
    }

    fn revoke_backend(&mut self, backend: &BackendRef, findings: &mut Findings) {
        let known = self.backends.get_mut(backend).filter(|known| !known.revoked);
        findings.require(known.is_some(), || Named::Backend(backend.clone()));
        if let Some(known) = known {
            known.revoked = true;
        }
    }
}
