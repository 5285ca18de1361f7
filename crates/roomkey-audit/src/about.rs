//! What an event is about: the user, the room and the rest by which its entry is found and its actor is judged.

use roomkey_claims::{
    EventId, Fingerprint, IssuanceId, ProviderKind, Reason, RoomId, SceneId, SubjectRef,
};

use crate::{Denied, Event, Issued, MemberPlace, MemberSet};

/// What an event is about, borrowed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About<'a> {
    /// The user whom it concerns.
    pub subject: Option<SubjectRef>,
    /// The room.
    pub room: Option<&'a RoomId>,
    /// The scene.
    pub scene: Option<&'a SceneId>,
    /// The event.
    pub event: Option<&'a EventId>,
    /// The provider.
    pub provider: Option<&'a ProviderKind>,
    /// Why a key was denied.
    pub reason: Option<Reason>,
    /// The issuance.
    pub issuance: Option<IssuanceId>,
    /// The fingerprint of the token.
    pub fingerprint: Option<Fingerprint>,
}

impl<'a> About<'a> {
    const NOTHING: Self = Self {
        subject: None,
        room: None,
        scene: None,
        event: None,
        provider: None,
        reason: None,
        issuance: None,
        fingerprint: None,
    };

    const fn subject(subject: SubjectRef) -> Self {
        Self { subject: Some(subject), ..Self::NOTHING }
    }

    const fn room(room: &'a RoomId) -> Self {
        Self { room: Some(room), ..Self::NOTHING }
    }

    fn place(place: &'a MemberPlace) -> Self {
        Self {
            subject: Some(place.subject),
            room: Some(&place.room),
            scene: place.scene.as_ref(),
            event: place.event.as_ref(),
            ..Self::NOTHING
        }
    }

    fn issued(issued: &'a Issued) -> Self {
        Self {
            subject: Some(issued.subject),
            room: Some(&issued.room),
            scene: issued.scene.as_ref(),
            event: issued.event.as_ref(),
            provider: Some(&issued.provider),
            reason: None,
            issuance: Some(issued.issuance),
            fingerprint: Some(issued.fp),
        }
    }

    fn denied(denied: &'a Denied) -> Self {
        Self {
            subject: denied.subject,
            room: denied.room.as_ref(),
            scene: denied.scene.as_ref(),
            event: denied.event.as_ref(),
            provider: denied.provider.as_ref(),
            reason: Some(denied.reason),
            issuance: None,
            fingerprint: None,
        }
    }
}

impl Event {
    /// What the event is about.
    pub fn about(&self) -> About<'_> {
        match self {
            Self::UserAdded { subject, .. }
            | Self::UserEnabled { subject }
            | Self::UserDisabled { subject }
            | Self::UserRoleSet { subject, .. }
            | Self::UserPasswordSet { subject }
            | Self::UserErased { subject }
            | Self::SessionStarted { subject, .. }
            | Self::SessionEnded { subject, .. } => About::subject(*subject),
            Self::RoomAdded(set) | Self::RoomChanged(set) => About::room(&set.room),
            Self::RoomClosed { room }
            | Self::RoomOpened { room }
            | Self::MeetingStarted { room, .. }
            | Self::MeetingEnded { room, .. } => About::room(room),
            Self::MemberAdded(MemberSet { place, .. })
            | Self::MemberChanged(MemberSet { place, .. })
            | Self::MemberRemoved(place) => About::place(place),
            Self::EventSet { room, event, window: _ } => {
                About { event: Some(event), ..About::room(room) }
            }
            Self::TokenIssued(issued) => About::issued(issued),
            Self::TokenDenied(denied) => About::denied(denied),
            Self::DenialsAggregated { room, reason, .. } => {
                About { room: room.as_ref(), reason: Some(*reason), ..About::NOTHING }
            }
            Self::ProviderCalled { fp, room, .. } => {
                About { room: room.as_ref(), fingerprint: Some(*fp), ..About::NOTHING }
            }
            Self::PolicySet { .. }
            | Self::BackendAdded { .. }
            | Self::BackendRevoked { .. }
            | Self::LoginFailed { .. }
            | Self::AuditRead { .. }
            | Self::AuditExported { .. }
            | Self::RetentionPruned { .. }
            | Self::LogRecovered { .. } => About::NOTHING,
        }
    }
}
