//! Names and ids that cross a boundary: parsed once, then trusted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that does not fit the pattern of the name that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must match {pattern}")]
pub struct IdError {
    /// The pattern, as a regular expression.
    pub pattern: &'static str,
}

/// Declares a name with a pattern: `name, pattern as text, check`.
macro_rules! id_newtype {
    ($(#[$doc:meta])* $name:ident, $pattern:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The pattern that every value matches, as a regular expression.
            pub const PATTERN: &'static str = $pattern;

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                let check: fn(&str) -> bool = $check;
                if check(&text) { Ok(Self(text)) } else { Err(IdError { pattern: Self::PATTERN }) }
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Whether `text` has 1 to `longest` bytes that all pass `allowed`.
fn all(text: &str, longest: usize, allowed: fn(u8) -> bool) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(allowed)
}

/// The characters of room, scene and event ids.
fn room_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-')
}

id_newtype!(
    /// The name of a room. `~` cannot occur in it: meetings are named with it.
    RoomId, "^[A-Za-z0-9_:-]{1,128}$", |text| all(text, 128, room_byte)
);
id_newtype!(
    /// The name of a scene, an optional part of a room.
    SceneId, "^[A-Za-z0-9_:-]{1,128}$", |text| all(text, 128, room_byte)
);
id_newtype!(
    /// The name of an event, an optional part of a room.
    EventId, "^[A-Za-z0-9_:-]{1,128}$", |text| all(text, 128, room_byte)
);
id_newtype!(
    /// A device of a user, named by the client.
    DeviceId, "^[A-Za-z0-9_-]{1,22}$", |text| all(text, 22, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
);
id_newtype!(
    /// A provider profile, as the settings name it.
    ProfileName, "^[a-z0-9_-]{1,64}$", |text| {
        all(text, 64, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    }
);
id_newtype!(
    /// A kind of provider (`livekit`, …): the id of its descriptor.
    ProviderKind, "^[a-z0-9-]{1,32}$", |text| {
        all(text, 32, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }
);
id_newtype!(
    /// The id of a provider's key: public, never derived from its secret.
    KeyId, "^[!-~]{1,128}$", |text| all(text, 128, |b| b.is_ascii_graphic())
);
id_newtype!(
    /// A session in the log: the first 16 bytes of the hash of its token, as hexadecimal digits.
    SessionRef, "^[0-9a-f]{32}$", |text| text.len() == 32 && all(text, 32, |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
);
id_newtype!(
    /// A backend: its numeric API key.
    BackendRef, "^[0-9]{1,18}$", |text| all(text, 18, |b| b.is_ascii_digit())
);
id_newtype!(
    /// What people call a backend.
    BackendName, "^[A-Za-z0-9._-]{1,64}$", |text| {
        all(text, 64, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    }
);
id_newtype!(
    /// The rooms of a backend: a room id in which `*` stands for any characters.
    RoomPattern, "^[A-Za-z0-9_:*-]{1,128}$", |text| all(text, 128, |b| room_byte(b) || b == b'*')
);
id_newtype!(
    /// A decentralized identifier of a user (W3C DID Core section 3.1), at most 256 bytes.
    Did, "^did:[a-z0-9]+:[A-Za-z0-9._:%-]+$", |text| {
        let mut parts = text.splitn(3, ':');
        text.len() <= 256
            && parts.next() == Some("did")
            && parts.next().is_some_and(|method| all(method, 64, |b| b.is_ascii_lowercase() || b.is_ascii_digit()))
            && parts.next().is_some_and(|rest| {
                all(rest, 250, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'%' | b'-'))
            })
    }
);
id_newtype!(
    /// How a user wants to be shown: 1 to 128 bytes of text without control characters.
    DisplayName, "^[^\\p{Cc}]{1,128}$", |text| (1..=128).contains(&text.len()) && !text.chars().any(char::is_control)
);

impl RoomPattern {
    /// Whether the pattern covers `room`.
    pub fn covers(&self, room: &RoomId) -> bool {
        covers(self.0.as_bytes(), room.as_str().as_bytes())
    }
}

/// Matches `*` in time that is linear in the text for each star, without recursion.
fn covers(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(byte) if text.get(in_text) == Some(byte) => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((star_at, star_text)) = star else { return false };
                star = Some((star_at, star_text + 1));
                at = star_at + 1;
                in_text = star_text + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

/// The name that a user logs in with: ASCII, letters folded to lower case, so that no variant of it is another user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

impl Username {
    /// The pattern that every value matches after folding, as a regular expression.
    pub const PATTERN: &'static str = "^[a-z0-9][a-z0-9._@+-]{0,63}$";

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Username {
    type Error = IdError;

    fn try_from(mut text: String) -> Result<Self, IdError> {
        text.make_ascii_lowercase();
        let starts_well = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let allowed =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'@' | b'+' | b'-');
        if starts_well && all(&text, 64, allowed) {
            Ok(Self(text))
        } else {
            Err(IdError { pattern: Self::PATTERN })
        }
    }
}

impl FromStr for Username {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares an id that is a UUID.
macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id with this value.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The value.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                const PATTERN: &str = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
                if text.len() != 36 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    return Err(IdError { pattern: PATTERN });
                }
                text.parse().map(Self).map_err(|_| IdError { pattern: PATTERN })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

uuid_newtype!(
    /// The random UUID (version 4) that stands for a user in the log and in identities.
    SubjectRef
);
uuid_newtype!(
    /// The id of an issuance, also the id of the token that was issued; UUID version 7.
    IssuanceId
);
uuid_newtype!(
    /// The id of an entry of the log; UUID version 7.
    EntryId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_ids_are_held_to_their_pattern() {
        for good in ["a", "stage-1", "A:b_c", &"x".repeat(128)] {
            assert!(good.parse::<RoomId>().is_ok(), "{good}");
        }
        for bad in
            ["", "*", "a b", "a\0", "a\r\n", "%2e%2e", "../x", "ä", "😀", "a~1", &"x".repeat(129)]
        {
            assert!(bad.parse::<RoomId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn usernames_fold_case_and_refuse_look_alikes() {
        assert_eq!("Ada".parse::<Username>().unwrap().as_str(), "ada");
        for bad in ["ada ", " ada", "ad\u{200b}a", "ａda", "ada\0", "-ada", ""] {
            assert!(bad.parse::<Username>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn room_patterns_cover_what_they_say() {
        let covers = |pattern: &str, room: &str| {
            pattern.parse::<RoomPattern>().unwrap().covers(&room.parse().unwrap())
        };
        assert!(
            covers("stage-*", "stage-1")
                && covers("*", "x")
                && covers("a*b*c", "a1b2bc")
                && covers("a", "a")
        );
        assert!(!covers("stage-*", "backstage-1") && !covers("a*b", "abc") && !covers("a", "ab"));
    }

    #[test]
    fn names_of_backends_are_short_and_plain() {
        for good in ["shop", "Shop_1.eu-west", &"x".repeat(64)] {
            assert!(good.parse::<BackendName>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a,b", "ä", "a\n", &"x".repeat(65)] {
            assert!(bad.parse::<BackendName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn dids_follow_the_w3c_syntax() {
        assert!("did:web:example.org:u:1".parse::<Did>().is_ok());
        for bad in ["did:", "did:web", "did:WEB:x", "mailto:a@b", "did:web:a b"] {
            assert!(bad.parse::<Did>().is_err(), "{bad}");
        }
    }
}
