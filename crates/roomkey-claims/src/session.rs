//! What a provider's session is made with, where the provider makes a session for each meeting.

use serde::{Deserialize, Serialize};

use crate::{UnknownName, find_word};

/// How media flow in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// From client to client where the network lets them.
    Relayed,
    /// Through the provider's media router.
    Routed,
}

/// Whether a session is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Archive {
    /// Where somebody starts a recording.
    Manual,
    /// From its start on.
    Always,
}

/// What the sessions of a room's meetings are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionOptions {
    /// How media flow.
    pub media: Media,
    /// Whether media are encrypted from end to end.
    pub e2ee: bool,
    /// Whether they are recorded.
    pub archive: Archive,
}

/// A combination that the platform refuses (OpenTok REST reference, "Creating a session").
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionOptionsError {
    /// Nothing is recorded where no router sees the media.
    #[error("a recorded session needs routed media: choose `routed`, or record by hand")]
    ArchiveRelayed,
    /// The platform encrypts from end to end only what it routes.
    #[error("end-to-end encryption needs routed media: choose `routed`, or leave it out")]
    EncryptedRelayed,
    /// What is encrypted from end to end cannot be recorded.
    #[error("what is encrypted from end to end cannot be recorded: choose one of both")]
    EncryptedArchive,
}

impl SessionOptions {
    /// Routed, not encrypted from end to end, recorded by hand only.
    pub const PLAIN: Self = Self { media: Media::Routed, e2ee: false, archive: Archive::Manual };

    /// Refuses what the platform refuses.
    pub const fn check(self) -> Result<(), SessionOptionsError> {
        match self {
            Self { e2ee: true, archive: Archive::Always, .. } => {
                Err(SessionOptionsError::EncryptedArchive)
            }
            Self { media: Media::Relayed, e2ee: true, .. } => {
                Err(SessionOptionsError::EncryptedRelayed)
            }
            Self { media: Media::Relayed, archive: Archive::Always, .. } => {
                Err(SessionOptionsError::ArchiveRelayed)
            }
            Self { .. } => Ok(()),
        }
    }
}

impl Media {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Relayed, Self::Routed];

    /// The name in requests and entries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relayed => "relayed",
            Self::Routed => "routed",
        }
    }
}

impl Archive {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Manual, Self::Always];

    /// The name in requests and entries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Always => "always",
        }
    }
}

impl std::str::FromStr for Media {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

impl std::str::FromStr for Archive {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_combinations_of_the_platform_pass() {
        let check = |media, e2ee, archive| SessionOptions { media, e2ee, archive }.check();
        for (media, e2ee, archive) in [
            (Media::Routed, false, Archive::Manual),
            (Media::Routed, false, Archive::Always),
            (Media::Routed, true, Archive::Manual),
            (Media::Relayed, false, Archive::Manual),
        ] {
            assert_eq!(check(media, e2ee, archive), Ok(()));
        }
        for (media, e2ee, archive, error) in [
            (Media::Relayed, false, Archive::Always, SessionOptionsError::ArchiveRelayed),
            (Media::Relayed, true, Archive::Manual, SessionOptionsError::EncryptedRelayed),
            (Media::Routed, true, Archive::Always, SessionOptionsError::EncryptedArchive),
            (Media::Relayed, true, Archive::Always, SessionOptionsError::EncryptedArchive),
        ] {
            assert_eq!(check(media, e2ee, archive), Err(error));
        }
    }
}
