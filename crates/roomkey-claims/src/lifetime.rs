//! How long a key lives.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Longest life of a token that the desk signs for itself, to call a provider, in seconds: OpenTok's limit.
///
/// Replay checks each such token against it.
pub const MAX_CALL_SECONDS: u32 = 300;

/// The lifetimes that the desk hands out, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Shortest lifetime that may be asked for.
    pub min: u32,
    /// Lifetime of a key for which none was asked.
    pub default: u32,
    /// Longest lifetime that may be asked for.
    pub max: u32,
}

impl Bounds {
    /// Bounds that make sense: 1 ≤ minimum ≤ default ≤ maximum.
    pub fn new(min: u32, default: u32, max: u32) -> Result<Self, BoundsError> {
        if min == 0 {
            return Err(BoundsError::Zero);
        }
        if max < min {
            return Err(BoundsError::Inverted { min, max });
        }
        if !(min..=max).contains(&default) {
            return Err(BoundsError::DefaultOutside { min, default, max });
        }
        Ok(Self { min, default, max })
    }

    /// These bounds narrowed by those of a room and by the longest life that the provider knows.
    ///
    /// The default moves to the nearest bound; the result may be empty (minimum over maximum), then nothing fits it.
    #[must_use]
    pub fn narrowed(self, room: RoomBounds, cap: u32) -> Self {
        let min = self.min.max(room.min.unwrap_or(0));
        let max = self.max.min(room.max.unwrap_or(u32::MAX)).min(cap);
        Self { min, default: room.default.unwrap_or(self.default).min(max).max(min), max }
    }
}

/// Bounds that contradict themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoundsError {
    /// A key that lives no time is no key.
    #[error("the minimum lifetime must be at least 1 second")]
    Zero,
    /// The minimum is over the maximum.
    #[error("the minimum lifetime of {min} s is over the maximum of {max} s")]
    Inverted {
        /// The minimum, in seconds.
        min: u32,
        /// The maximum, in seconds.
        max: u32,
    },
    /// The default is not between them.
    #[error("the default lifetime of {default} s is outside {min} s to {max} s")]
    DefaultOutside {
        /// The minimum, in seconds.
        min: u32,
        /// The default, in seconds.
        default: u32,
        /// The maximum, in seconds.
        max: u32,
    },
}

/// What a room changes about the desk's bounds, in seconds; it can only narrow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomBounds {
    /// Shortest lifetime in this room.
    pub min: Option<u32>,
    /// Lifetime for which nobody asked in this room.
    pub default: Option<u32>,
    /// Longest lifetime in this room.
    pub max: Option<u32>,
}

/// From when until when a key is good, in whole seconds since the Unix epoch, as the token formats count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second; also the second of issue.
    pub not_before: i64,
    /// The second at which it has expired.
    pub expires_at: i64,
}

impl Validity {
    /// The life of a key that is issued at `at` for `seconds`.
    pub fn starting(at: Timestamp, seconds: u32) -> Self {
        let not_before = at.as_seconds();
        Self { not_before, expires_at: not_before.saturating_add(i64::from(seconds)) }
    }

    /// The instant of expiry.
    pub fn expiry(self) -> Timestamp {
        Timestamp::from_seconds(self.expires_at)
    }

    /// When a client should ask for the next key: expiry less max(30 s, min(60 s, half the lifetime)).
    pub fn renew_after(self) -> Timestamp {
        let lead = ((self.expires_at - self.not_before) / 2).clamp(30, 60);
        Timestamp::from_seconds((self.expires_at - lead).max(self.not_before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senseless_bounds_are_refused() {
        assert_eq!(Bounds::new(0, 1, 2), Err(BoundsError::Zero));
        assert_eq!(Bounds::new(60, 60, 59), Err(BoundsError::Inverted { min: 60, max: 59 }));
        assert_eq!(
            Bounds::new(60, 59, 90),
            Err(BoundsError::DefaultOutside { min: 60, default: 59, max: 90 })
        );
        assert!(Bounds::new(60, 300, 3600).is_ok());
    }

    #[test]
    fn a_room_narrows_and_never_widens() {
        let desk = Bounds::new(60, 300, 3600).unwrap();
        let room = RoomBounds { min: Some(10), default: None, max: Some(120) };
        assert_eq!(desk.narrowed(room, u32::MAX), Bounds { min: 60, default: 120, max: 120 });
        let wide = RoomBounds { min: None, default: Some(600), max: Some(90_000) };
        assert_eq!(desk.narrowed(wide, 1_800), Bounds { min: 60, default: 600, max: 1_800 });
    }

    #[test]
    fn renewal_comes_before_expiry_and_not_before_issue() {
        let renew = |life| Validity { not_before: 0, expires_at: life }.renew_after().as_seconds();
        assert_eq!((renew(300), renew(100), renew(60), renew(20)), (240, 50, 30, 0));
    }
}
