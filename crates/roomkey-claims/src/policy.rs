//! What the desk would decide by: the settings that stand in the log, without any secret.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Bounds, KeyId, ProfileName, ProviderKind, RoomSettings, Timestamp};

/// Lifetimes and provider profiles in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Lifetimes of keys.
    pub lifetime: Bounds,
    /// Accounts at providers, by the name that rooms refer to.
    pub profiles: BTreeMap<ProfileName, Profile>,
}

/// An account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Which provider.
    pub kind: ProviderKind,
    /// Where its server is, for the client.
    pub url: Option<String>,
    /// Longest life of a key that this provider knows, in seconds.
    pub cap: u32,
    /// Whether the provider makes the session of a meeting itself, so that a key needs a running meeting.
    pub own_sessions: bool,
    /// Whether its participants are numbers, unless a room asks for texts.
    pub numeric_ids: bool,
    /// Whether its keys may also admit to the provider's messaging, which knows no rooms.
    pub messaging: bool,
    /// Choices that the provider's format offers, by name; never a secret.
    pub options: BTreeMap<String, String>,
    /// Its keys, oldest first.
    pub keys: Vec<Key>,
}

/// One of a profile's keys, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// How entries name it.
    pub id: KeyId,
    /// Whether it signs.
    pub state: KeyState,
    /// After this instant it signs nothing, and nothing that it signed outlives it.
    pub not_after: Option<Timestamp>,
}

/// Whether a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It signs new keys.
    Active,
    /// It signs nothing more; what it signed can still be inspected.
    Retired,
}

impl Policy {
    /// Whether the participants of a room are numbers there.
    pub fn numbers(&self, room: &RoomSettings) -> bool {
        let profile = self.profiles.get(&room.profile);
        profile.is_some_and(|profile| profile.numeric_ids) && !room.string_accounts
    }
}

impl Profile {
    /// The newest active key that is good until `expires_at`.
    pub fn signing_key(&self, expires_at: Timestamp) -> Option<&Key> {
        self.keys.iter().rev().find(|key| {
            key.state == KeyState::Active && key.not_after.is_none_or(|end| expires_at <= end)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn the_newest_active_key_that_outlives_the_token_signs() {
        let key = |id: &str, state, not_after: Option<i64>| Key {
            id: id.parse().unwrap(),
            state,
            not_after: not_after.map(Timestamp::from_seconds),
        };
        let keys = vec![
            key("old", KeyState::Active, None),
            key("mid", KeyState::Active, Some(100)),
            key("new", KeyState::Retired, None),
        ];
        let profile = Profile { keys, ..fixtures::profile() };
        let signs =
            |seconds| profile.signing_key(Timestamp::from_seconds(seconds)).unwrap().id.as_str();
        assert_eq!((signs(100), signs(101)), ("mid", "old"));
    }
}
