//! The fold: one entry after the other changes the state.
//!
//! An entry that should not be there is applied as far as it makes sense, so that one lie is reported once.

mod rooms;

use std::sync::Arc;

use roomkey_claims::{BackendFacts, DeskRole, SessionRef, SubjectRef};

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
            Event::UserAdded { .. }
            | Event::UserEnabled { .. }
            | Event::UserDisabled { .. }
            | Event::UserRoleSet { .. }
            | Event::UserPasswordSet { .. }
            | Event::UserErased { .. } => self.apply_to_user(&entry.event, findings),
            Event::SessionStarted { session, .. } | Event::SessionEnded { session, .. } => {
                self.apply_to_session(session, &entry.event, findings);
            }
            Event::BackendAdded { .. } | Event::BackendRevoked { .. } => {
                self.apply_to_backend(&entry.event, findings);
            }
            Event::RoomAdded(_)
            | Event::RoomChanged(_)
            | Event::RoomClosed { .. }
            | Event::RoomOpened { .. }
            | Event::MemberAdded(_)
            | Event::MemberChanged(_)
            | Event::MemberRemoved(_)
            | Event::EventSet { .. }
            | Event::MeetingStarted { .. }
            | Event::MeetingEnded { .. } => self.apply_to_room(&entry.event, findings),
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

    fn apply_to_user(&mut self, event: &Event, findings: &mut Findings) {
        match event {
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
            Event::UserErased { subject } => {
                self.change_user(*subject, findings, |user| {
                    (user.status, user.era) = (Status::Erased, user.era + 1);
                });
                for room in self.rooms.values_mut() {
                    room.members.remove(subject);
                }
            }
            _ => {}
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

    fn apply_to_session(&mut self, session: &SessionRef, event: &Event, findings: &mut Findings) {
        let index = findings.index;
        match event {
            Event::SessionStarted { session: _, subject, ends_at, idle_seconds } => {
                findings.refuse(self.sessions.find(session).is_some(), || {
                    Named::Session(session.clone())
                });
                let facts = self.subject(*subject);
                findings.require(facts.is_some(), || Named::Subject(*subject));
                if facts.is_some_and(|facts| !facts.enabled) {
                    findings.push(Violation::SessionOfDisabled { index, session: session.clone() });
                }
                let era = self.users.get(subject).map_or(0, |user| user.era);
                let (subject, ends_at, idle_seconds) = (*subject, *ends_at, *idle_seconds);
                let started = Session { subject, ends_at, idle_seconds, ended: false, era };
                self.sessions.insert(session.clone(), ends_at, started);
            }
            Event::SessionEnded { session: _, subject, reason: _ } => {
                let known = self.sessions.find(session);
                let runs = known.is_some_and(|known| !self.has_ended(known));
                findings.require(runs, || Named::Session(session.clone()));
                if known.is_some_and(|known| known.subject != *subject) {
                    findings.push(Violation::SessionOfOther { index, session: session.clone() });
                }
                if let Some(known) = self.sessions.find_mut(session) {
                    known.ended = true;
                }
            }
            _ => {}
        }
    }

    fn apply_to_backend(&mut self, event: &Event, findings: &mut Findings) {
        match event {
            Event::BackendAdded { backend, scopes, rooms } => {
                let known = self.backends.contains_key(backend);
                findings.refuse(known, || Named::Backend(backend.clone()));
                let (scopes, rooms) = (scopes.clone(), rooms.clone());
                let added = BackendFacts { scopes, rooms, revoked: false };
                self.backends.insert(backend.clone(), added);
            }
            Event::BackendRevoked { backend } => {
                let known = self.backends.get_mut(backend).filter(|known| !known.revoked);
                findings.require(known.is_some(), || Named::Backend(backend.clone()));
                if let Some(known) = known {
                    known.revoked = true;
                }
            }
            _ => {}
        }
    }
}
