//! What a key allows, in words that no provider owns.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{UnknownName, find_word};

/// A kind of track that somebody may publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A camera's picture.
    Camera,
    /// A microphone's sound.
    Microphone,
    /// The picture of a shared screen.
    ScreenShare,
    /// The sound of a shared screen.
    ScreenShareAudio,
}

impl Source {
    /// Every source, in the order of their names.
    pub const ALL: [Self; 4] =
        [Self::Camera, Self::Microphone, Self::ScreenShare, Self::ScreenShareAudio];

    /// The name in requests, entries and LiveKit's `canPublishSources`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Microphone => "microphone",
            Self::ScreenShare => "screen_share",
            Self::ScreenShareAudio => "screen_share_audio",
        }
    }
}

impl FromStr for Source {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

/// The sources that somebody may publish from.
///
/// A limit to no source at all is not a limit (LiveKit reads an empty list as all of them): it cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Option<BTreeSet<Source>>", into = "Option<BTreeSet<Source>>")]
pub enum Sources {
    /// Every source.
    All,
    /// These sources and no others; never empty.
    Only(BTreeSet<Source>),
}

impl TryFrom<Option<BTreeSet<Source>>> for Sources {
    type Error = &'static str;

    fn try_from(limit: Option<BTreeSet<Source>>) -> Result<Self, Self::Error> {
        match limit {
            None => Ok(Self::All),
            Some(set) if set.is_empty() => {
                Err("a limit on sources must name at least one: use the role subscriber instead")
            }
            Some(set) => Ok(Self::Only(set)),
        }
    }
}

impl From<Sources> for Option<BTreeSet<Source>> {
    fn from(sources: Sources) -> Self {
        match sources {
            Sources::All => None,
            Sources::Only(set) => Some(set),
        }
    }
}

/// What the holder of a key may do in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// See and hear the others.
    pub subscribe: bool,
    /// Send own tracks.
    pub publish: bool,
    /// Send data messages.
    pub data: bool,
    /// Moderate: the desk's own recorded operations, and the provider's where its format has the word.
    pub moderate: bool,
    /// Which tracks, where `publish` is given.
    pub sources: Sources,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_limit_cannot_be_built() {
        assert!(Sources::try_from(Some(BTreeSet::new())).is_err());
        assert_eq!(Sources::try_from(None), Ok(Sources::All));
    }
}
