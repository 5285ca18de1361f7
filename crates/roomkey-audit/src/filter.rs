//! What an auditor may ask the log for.

use roomkey_claims::{EventId, ProviderKind, Reason, RoomId, SceneId, SubjectRef, Timestamp};

use crate::{AddressPrefix, Class, Kind, Outcome, Projection};

/// Entries that are looked for: all conditions together; without any, every entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The user whom it concerns.
    pub subject: Option<SubjectRef>,
    /// The room.
    pub room: Option<RoomId>,
    /// The scene.
    pub scene: Option<SceneId>,
    /// The event.
    pub event: Option<EventId>,
    /// The provider.
    pub provider: Option<ProviderKind>,
    /// Issued or denied.
    pub outcome: Option<Outcome>,
    /// Why a key was denied.
    pub reason: Option<Reason>,
    /// The kind.
    pub kind: Option<Kind>,
    /// The truncated address of who was not authenticated.
    pub address: Option<AddressPrefix>,
    /// Not before this label of time.
    pub since: Option<Timestamp>,
    /// Before this label of time.
    pub until: Option<Timestamp>,
}

impl Filter {
    /// Every entry.
    pub const ALL: Self = Self {
        subject: None,
        room: None,
        scene: None,
        event: None,
        provider: None,
        outcome: None,
        reason: None,
        kind: None,
        address: None,
        since: None,
        until: None,
    };

    /// Whether an entry with this label of time and this projection is looked for; the oracle of the SQL.
    pub fn matches(&self, t: Timestamp, projection: &Projection) -> bool {
        fn fits<T: PartialEq>(wanted: Option<&T>, have: Option<&T>) -> bool {
            wanted.is_none() || wanted == have
        }
        fits(self.subject.as_ref(), projection.subject.as_ref())
            && fits(self.room.as_ref(), projection.room.as_ref())
            && fits(self.scene.as_ref(), projection.scene.as_ref())
            && fits(self.event.as_ref(), projection.event.as_ref())
            && fits(self.provider.as_ref(), projection.provider.as_ref())
            && fits(self.outcome.as_ref(), projection.outcome.as_ref())
            && fits(self.reason.as_ref(), projection.reason.as_ref())
            && fits(self.kind.as_ref(), Some(&projection.kind))
            && self
                .address
                .as_ref()
                .is_none_or(|address| projection.address.as_deref() == Some(address.as_str()))
            && self.since.is_none_or(|since| since <= t)
            && self.until.is_none_or(|until| t < until)
    }

    /// Whether entries of this class can be looked for; what a class does not say is not asked here.
    pub fn admits(&self, class: &Class) -> bool {
        fn fits(wanted: Option<&str>, have: Option<&str>) -> bool {
            wanted.is_none() || wanted == have
        }
        fits(self.kind.map(Kind::as_str), Some(class.kind()))
            && fits(self.provider.as_ref().map(ProviderKind::as_str), class.provider())
            && fits(self.reason.map(Reason::as_str), class.reason())
            && (self.outcome.is_none() || self.outcome == class.outcome())
    }
}
