//! Rooms, members, meetings and windows of time, as far as the decision reads them.

use serde::{Deserialize, Serialize};

use crate::{
    EventId, ProfileName, ProviderRoom, Role, RoomBounds, SceneId, SessionOptions, Sources,
    Timestamp,
};

/// Who may enter a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Members only.
    Restricted,
    /// Any enabled user, with this role unless a membership says otherwise.
    Open(Role),
}

/// A room's settings and state, as entries have them.
///
/// [`SETTINGS`](crate::SETTINGS) has a row for each setting, with its name in requests and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomSettings {
    /// The provider profile that it lives on.
    pub profile: ProfileName,
    /// Who may enter.
    pub access: Access,
    /// Whether an event must be named.
    pub event_required: bool,
    /// Whether identities are per device: `user-{subject_ref}-{device}`.
    pub per_device: bool,
    /// Whether the user's DID stands in the token's metadata.
    pub with_did: bool,
    /// Whether participants are texts where the provider would take numbers.
    pub string_accounts: bool,
    /// What its meetings are, where the provider makes a session for each.
    pub session: SessionOptions,
    /// What it changes about lifetimes.
    pub bounds: RoomBounds,
    /// Whether nobody gets a key now.
    pub closed: bool,
}

impl RoomSettings {
    /// The settings of a new room, all but its profile at their defaults.
    pub const fn new(profile: ProfileName) -> Self {
        Self {
            profile,
            access: Access::Restricted,
            event_required: false,
            per_device: false,
            with_did: false,
            string_accounts: false,
            session: SessionOptions::PLAIN,
            bounds: RoomBounds { min: None, default: None, max: None },
            closed: false,
        }
    }
}

/// A user's place in a room, or in a scene or an event of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Only for this scene.
    pub scene: Option<SceneId>,
    /// Only for this event.
    pub event: Option<EventId>,
    /// With this role.
    pub role: Role,
    /// With these sources.
    pub sources: Sources,
}

impl Membership {
    /// How closely it fits a wish, or `None` where it says nothing about it: scene and event, event, scene, room.
    pub fn fits(&self, scene: Option<&SceneId>, event: Option<&EventId>) -> Option<u8> {
        let of_scene = self.scene.is_some();
        let of_event = self.event.is_some();
        let speaks = (!of_scene || self.scene.as_ref() == scene)
            && (!of_event || self.event.as_ref() == event);
        speaks.then_some(u8::from(of_event) * 2 + u8::from(of_scene))
    }
}

/// The running use of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its number in the room, from 1.
    pub number: u32,
    /// Its session at the provider.
    pub provider_room: ProviderRoom,
}

/// The time in which an event admits anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From then on.
    pub from: Option<Timestamp>,
    /// Until then; no key lives longer.
    pub until: Option<Timestamp>,
}
