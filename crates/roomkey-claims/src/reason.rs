//! Why a key was denied.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{UnknownName, find_word};

/// Why a key was denied; it stands in the entry, never in the answer of a 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The session was ended, or never was.
    SessionEnded,
    /// The session reached its absolute end.
    SessionExpired,
    /// The session was not used for too long.
    SessionIdle,
    /// The backend was revoked, or never was.
    BackendRevoked,
    /// The backend may not ask for keys.
    BackendScope,
    /// The backend may not act for this room.
    BackendRoom,
    /// There is no such user.
    SubjectUnknown,
    /// The user is disabled.
    SubjectDisabled,
    /// Somebody asked for a key of somebody else.
    SubjectOther,
    /// An auditor asks for no keys.
    DeskRole,
    /// There is no such room.
    RoomUnknown,
    /// The room is closed.
    RoomClosed,
    /// The room lives at another provider than the one that was asked.
    OtherProvider,
    /// The room is restricted and the user is no member of it, or not of this part.
    NotAMember,
    /// The client needs a higher role than the membership gives.
    RoleTooLow,
    /// The room wants an event to be named.
    EventRequired,
    /// The event admits nobody now, or not for the shortest lifetime.
    OutsideWindow,
    /// The room wants a device to be named.
    DeviceRequired,
    /// The lifetime that was asked for is outside the bounds.
    LifetimeOutOfBounds,
    /// The key to renew is not in the log.
    RenewsUnknown,
    /// The key to renew belongs to another user, backend or place.
    RenewsOther,
    /// The key to renew expired too long ago.
    RenewsTooOld,
    /// No policy is in force.
    NoPolicy,
    /// The room's profile is not in the policy.
    ProfileUnknown,
    /// The profile has no active key that is good for long enough.
    NoUsableKey,
    /// The client wants to join with another number than the desk assigns, or with the wildcard.
    UidOther,
    /// No number is left for the user in this room.
    UidsExhausted,
    /// The provider makes a session for each meeting, and none runs.
    MeetingRequired,
    /// The provider's format cannot say what was granted.
    Inexpressible,
}

impl Reason {
    /// Every reason, in the order of the checks.
    pub const ALL: [Self; 29] = [
        Self::SessionEnded,
        Self::SessionExpired,
        Self::SessionIdle,
        Self::BackendRevoked,
        Self::BackendScope,
        Self::BackendRoom,
        Self::SubjectUnknown,
        Self::SubjectDisabled,
        Self::SubjectOther,
        Self::DeskRole,
        Self::RoomUnknown,
        Self::RoomClosed,
        Self::OtherProvider,
        Self::NotAMember,
        Self::RoleTooLow,
        Self::EventRequired,
        Self::OutsideWindow,
        Self::DeviceRequired,
        Self::LifetimeOutOfBounds,
        Self::RenewsUnknown,
        Self::RenewsOther,
        Self::RenewsTooOld,
        Self::NoPolicy,
        Self::ProfileUnknown,
        Self::NoUsableKey,
        Self::UidOther,
        Self::UidsExhausted,
        Self::MeetingRequired,
        Self::Inexpressible,
    ];

    /// The name in entries, filters and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionEnded => "session_ended",
            Self::SessionExpired => "session_expired",
            Self::SessionIdle => "session_idle",
            Self::BackendRevoked => "backend_revoked",
            Self::BackendScope => "backend_scope",
            Self::BackendRoom => "backend_room",
            Self::SubjectUnknown => "subject_unknown",
            Self::SubjectDisabled => "subject_disabled",
            Self::SubjectOther => "subject_other",
            Self::DeskRole => "desk_role",
            Self::RoomUnknown => "room_unknown",
            Self::RoomClosed => "room_closed",
            Self::OtherProvider => "other_provider",
            Self::NotAMember => "not_a_member",
            Self::RoleTooLow => "role_too_low",
            Self::EventRequired => "event_required",
            Self::OutsideWindow => "outside_window",
            Self::DeviceRequired => "device_required",
            Self::LifetimeOutOfBounds => "lifetime_out_of_bounds",
            Self::RenewsUnknown => "renews_unknown",
            Self::RenewsOther => "renews_other",
            Self::RenewsTooOld => "renews_too_old",
            Self::NoPolicy => "no_policy",
            Self::ProfileUnknown => "profile_unknown",
            Self::NoUsableKey => "no_usable_key",
            Self::UidOther => "uid_other",
            Self::UidsExhausted => "uids_exhausted",
            Self::MeetingRequired => "meeting_required",
            Self::Inexpressible => "inexpressible",
        }
    }
}

impl FromStr for Reason {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_the_names_are_distinct() {
        let names: std::collections::BTreeSet<_> =
            Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(names.len(), Reason::Inexpressible as usize + 1);
    }
}
