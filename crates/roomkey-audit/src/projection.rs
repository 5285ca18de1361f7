//! The columns beside an entry, by which it is found.

use roomkey_claims::{
    EventId, Fingerprint, IssuanceId, ProviderKind, Reason, RoomId, SceneId, SubjectRef,
};

use crate::{Actor, Class, Entry, Event, Kind, MemberPlace, MemberSet, Outcome};

/// What an entry is found by. It follows from the entry alone, and `verify` compares it with the stored columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// The kind.
    pub kind: Kind,
    /// Whether a key was issued or denied.
    pub outcome: Option<Outcome>,
    /// The user whom it concerns; else the user who acted.
    pub subject: Option<SubjectRef>,
    /// The room.
    pub room: Option<RoomId>,
    /// The scene.
    pub scene: Option<SceneId>,
    /// The event.
    pub event: Option<EventId>,
    /// The provider.
    pub provider: Option<ProviderKind>,
    /// Why a key was denied.
    pub reason: Option<Reason>,
    /// The issuance.
    pub issuance: Option<IssuanceId>,
    /// The fingerprint of the token.
    pub fingerprint: Option<Fingerprint>,
    /// The truncated address of who was not authenticated.
    pub address: Option<String>,
}

impl Projection {
    /// The projection of an entry.
    pub fn of(entry: &Entry) -> Self {
        let mut to = Self {
            kind: entry.event.kind(),
            outcome: None,
            subject: entry.by.subject(),
            room: None,
            scene: None,
            event: None,
            provider: None,
            reason: None,
            issuance: None,
            fingerprint: None,
            address: match &entry.by {
                Actor::Address { prefix } => Some(prefix.clone()),
                Actor::System
                | Actor::Console { uid: _ }
                | Actor::Session { .. }
                | Actor::Backend { backend: _ } => None,
            },
        };
        to.fill(&entry.event);
        to
    }

    /// Kind, provider and reason in one.
    pub fn class(&self) -> Class {
        Class::new(self.kind, self.provider.as_ref(), self.reason)
    }

    fn fill(&mut self, event: &Event) {
        match event {
            Event::UserAdded { subject, .. }
            | Event::UserEnabled { subject }
            | Event::UserDisabled { subject }
            | Event::UserRoleSet { subject, .. }
            | Event::UserPasswordSet { subject }
            | Event::UserErased { subject }
            | Event::SessionStarted { subject, .. }
            | Event::SessionEnded { subject, .. } => self.subject = Some(*subject),
            Event::RoomAdded(set) | Event::RoomChanged(set) => self.room = Some(set.room.clone()),
            Event::RoomClosed { room }
            | Event::RoomOpened { room }
            | Event::MeetingStarted { room, .. }
            | Event::MeetingEnded { room, .. } => self.room = Some(room.clone()),
            Event::MemberAdded(MemberSet { place, .. })
            | Event::MemberChanged(MemberSet { place, .. })
            | Event::MemberRemoved(place) => self.fill_place(place),
            Event::EventSet { room, event, window: _ } => {
                (self.room, self.event) = (Some(room.clone()), Some(event.clone()));
            }
            Event::TokenIssued(issued) => {
                self.outcome = Some(Outcome::Issued);
                self.subject = Some(issued.subject);
                self.room = Some(issued.room.clone());
                (self.scene, self.event) = (issued.scene.clone(), issued.event.clone());
                self.provider = Some(issued.provider.clone());
                (self.issuance, self.fingerprint) = (Some(issued.issuance), Some(issued.fp));
            }
            Event::TokenDenied(denied) => {
                self.outcome = Some(Outcome::Denied);
                self.subject = denied.subject.or(self.subject);
                self.room.clone_from(&denied.room);
                (self.scene, self.event) = (denied.scene.clone(), denied.event.clone());
                self.provider.clone_from(&denied.provider);
                self.reason = Some(denied.reason);
            }
            Event::DenialsAggregated { room, reason, .. } => {
                self.outcome = Some(Outcome::Denied);
                (self.room, self.reason) = (room.clone(), Some(*reason));
            }
            Event::ProviderCalled { fp, room, .. } => {
                (self.fingerprint, self.room) = (Some(*fp), room.clone());
            }
            Event::PolicySet { .. }
            | Event::BackendAdded { .. }
            | Event::BackendRevoked { .. }
            | Event::LoginFailed { .. }
            | Event::AuditRead { .. }
            | Event::AuditExported { .. }
            | Event::RetentionPruned { .. }
            | Event::LogRecovered { .. } => {}
        }
    }

    fn fill_place(&mut self, place: &MemberPlace) {
        self.room = Some(place.room.clone());
        self.subject = Some(place.subject);
        (self.scene, self.event) = (place.scene.clone(), place.event.clone());
    }
}
