//! The number of a participant, for providers whose participants are numbers.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{DeviceId, RoomId, SubjectRef};

/// The largest number: some of the vendors' clients hold it in a signed integer of 32 bits.
const MAX: u32 = 0x7fff_ffff;

/// A participant's number in a room, from 1 to 2^31-1: never 0, which stands for anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Uid(u32);

/// A number that no participant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to {MAX}")]
pub struct UidError;

impl Uid {
    /// How many candidates are tried before a room counts as full for a user.
    pub const CANDIDATES: u32 = 32;

    /// How many numbers a user may have in a room, one for each device: so that no user takes up those of others.
    pub const PER_USER: usize = 8;

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The numbers that somebody may get in a room, the first that nobody has taken being the one.
    ///
    /// They follow from who and where alone, so that a number stays the same, says nothing of how many came before, and
    /// anybody who holds the log can compute it: the first 31 bits of
    /// `SHA-256("roomkey-uid-v1\0" room "\0" subject "\0" device "\0" attempt)`.
    pub fn candidates(
        room: &RoomId,
        subject: SubjectRef,
        device: Option<&DeviceId>,
    ) -> impl Iterator<Item = Self> + use<> {
        let place =
            format!("roomkey-uid-v1\0{room}\0{subject}\0{}", device.map_or("", DeviceId::as_str));
        (0..Self::CANDIDATES).filter_map(move |attempt| {
            let digest = Sha256::digest(format!("{place}\0{attempt}"));
            let bytes = digest.first_chunk::<4>()?;
            Self::try_from(u32::from_be_bytes(*bytes) & MAX).ok()
        })
    }
}

impl TryFrom<u32> for Uid {
    type Error = UidError;

    fn try_from(number: u32) -> Result<Self, UidError> {
        if (1..=MAX).contains(&number) { Ok(Self(number)) } else { Err(UidError) }
    }
}

impl From<Uid> for u32 {
    fn from(uid: Uid) -> Self {
        uid.0
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_to_their_range() {
        for bad in [0, MAX + 1, u32::MAX] {
            assert_eq!(Uid::try_from(bad), Err(UidError));
        }
        assert_eq!(Uid::try_from(MAX).map(Uid::get), Ok(MAX));
    }

    #[test]
    fn candidates_follow_from_who_and_where() {
        let first = |room: &str, device: Option<&str>| {
            let subject = "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77".parse().unwrap();
            let device = device.map(|device| device.parse().unwrap());
            Uid::candidates(&room.parse().unwrap(), subject, device.as_ref()).next().unwrap()
        };
        assert_eq!(first("a", None), first("a", None));
        assert_ne!(first("a", None), first("b", None));
        assert_ne!(first("a", None), first("a", Some("phone")));
    }
}
