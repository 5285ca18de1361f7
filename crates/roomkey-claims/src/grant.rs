//! What was decided to be handed out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    DeviceId, EventId, KeyId, Permissions, ProfileName, ProviderKind, Role, RoomId, SceneId,
    SubjectRef, Uid, Validity,
};

/// The name of a participant inside the provider's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(String);

impl Identity {
    /// `user-{subject_ref}`, or `user-{subject_ref}-{device}`.
    ///
    /// A provider takes equal identities for one participant and drops the earlier one.
    pub fn of(subject: SubjectRef, device: Option<&DeviceId>) -> Self {
        match device {
            None => Self(format!("user-{subject}")),
            Some(device) => Self(format!("user-{subject}-{device}")),
        }
    }

    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A room, session or channel as the provider names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderRoom(String);

impl ProviderRoom {
    /// The provider's room of a room without a meeting: its id.
    pub fn of_room(room: &RoomId) -> Self {
        Self(room.as_str().to_owned())
    }

    /// The provider's room of meeting `number`: `{roomId}~{number}`.
    pub fn of_meeting(room: &RoomId, number: u32) -> Self {
        Self(format!("{room}~{number}"))
    }

    /// A session id that a provider made.
    pub fn from_provider(session: String) -> Self {
        Self(session)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key that may be made: who, where, as what, until when, signed by which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Whose key it is.
    pub subject: SubjectRef,
    /// The participant's name.
    pub identity: Identity,
    /// The room.
    pub room: RoomId,
    /// The scene that was asked for.
    pub scene: Option<SceneId>,
    /// The event that was asked for.
    pub event: Option<EventId>,
    /// The device, where identities are per device.
    pub device: Option<DeviceId>,
    /// The running meeting's number.
    pub meeting: Option<u32>,
    /// The provider's room.
    pub provider_room: ProviderRoom,
    /// The participant's number, where the room has numbers.
    pub uid: Option<Uid>,
    /// Whether the key admits to the provider's messaging too.
    pub messaging: bool,
    /// The role.
    pub role: Role,
    /// What the role allows here.
    pub permissions: Permissions,
    /// Whether the metadata carries the user's DID.
    pub with_did: bool,
    /// The lifetime that was asked for, in seconds.
    pub asked: Option<u32>,
    /// The life that was granted.
    pub validity: Validity,
    /// The profile.
    pub profile: ProfileName,
    /// Its provider.
    pub kind: ProviderKind,
    /// The key that signs.
    pub key: KeyId,
}

impl Grant {
    /// How the provider's room knows the participant: the number where it has one, else the identity.
    pub fn participant(&self) -> String {
        self.uid.map_or_else(|| self.identity.to_string(), |uid| uid.to_string())
    }
}
