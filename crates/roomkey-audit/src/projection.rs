//! The columns beside an entry, by which it is found.

use roomkey_claims::{
    EventId, Fingerprint, IssuanceId, ProviderKind, Reason, RoomId, SceneId, SubjectRef,
};

use crate::{About, Actor, Class, Entry, Kind, Outcome};

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
        let kind = entry.event.kind();
        let About { subject, room, scene, event, provider, reason, issuance, fingerprint } =
            entry.event.about();
        Self {
            kind,
            outcome: kind.outcome(),
            subject: subject.or(entry.by.subject()),
            room: room.cloned(),
            scene: scene.cloned(),
            event: event.cloned(),
            provider: provider.cloned(),
            reason,
            issuance,
            fingerprint,
            address: match &entry.by {
                Actor::Address { prefix } => Some(prefix.clone()),
                Actor::System
                | Actor::Console { uid: _ }
                | Actor::Session { .. }
                | Actor::Backend { backend: _ } => None,
            },
        }
    }

    /// Kind, provider and reason in one.
    pub fn class(&self) -> Class {
        Class::new(self.kind, self.provider.as_ref(), self.reason)
    }
}
