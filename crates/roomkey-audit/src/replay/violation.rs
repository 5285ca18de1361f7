//! What replay finds wrong.

use std::fmt;
use std::sync::Arc;

use roomkey_claims::{
    BackendRef, IssuanceId, KeyId, ProfileName, Reason, RoomId, SessionRef, SubjectRef,
};

use crate::{EntryError, Kind, MemberPlace};

/// Something that the log of an honest desk does not contain.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Violation {
    /// An index is missing, or comes again.
    #[error("entry {expected} should come next, but entry {found} came")]
    Gap {
        /// The index that should have come.
        expected: u64,
        /// The index that came.
        found: u64,
    },
    /// The bytes are no entry; nothing of them was folded.
    #[error("entry {index} cannot be read: {error}")]
    Unreadable {
        /// The entry.
        index: u64,
        /// Why not.
        error: Arc<EntryError>,
    },
    /// The label of time is smaller than that of the entry before.
    #[error("entry {index} is labelled with an earlier time than the entry before it")]
    TimeWentBack {
        /// The entry.
        index: u64,
    },
    /// The actor may not do this.
    #[error("entry {index} ({}) was caused by somebody who may not do that", kind.as_str())]
    NotAuthorized {
        /// The entry.
        index: u64,
        /// What was done.
        kind: Kind,
    },
    /// The session that the entry names belongs to another user than the entry says.
    #[error(
        "entry {index} says of session {session} that it belongs to somebody else than it does"
    )]
    SessionOfOther {
        /// The entry.
        index: u64,
        /// The session.
        session: SessionRef,
    },
    /// A disabled user logged in.
    #[error("entry {index} starts session {session} for a user who is disabled")]
    SessionOfDisabled {
        /// The entry.
        index: u64,
        /// The session.
        session: SessionRef,
    },
    /// The entry refers to what does not exist, or no longer.
    #[error("entry {index} refers to {what}, which does not exist at that point")]
    Unknown {
        /// The entry.
        index: u64,
        /// To what.
        what: Named,
    },
    /// The entry adds what exists already.
    #[error("entry {index} adds {what}, which was added before")]
    Twice {
        /// The entry.
        index: u64,
        /// What.
        what: Named,
    },
    /// The number of a meeting does not follow that of the one before it.
    #[error("entry {index} starts meeting {found} of room {room}, but {expected} is its next")]
    MeetingOutOfOrder {
        /// The entry.
        index: u64,
        /// The room.
        room: RoomId,
        /// The number that follows.
        expected: u32,
        /// The number in the entry.
        found: u32,
    },
    /// A meeting ended that was not running.
    #[error("entry {index} ends meeting {number} of room {room}, which is not running")]
    MeetingNotRunning {
        /// The entry.
        index: u64,
        /// The room.
        room: RoomId,
        /// The number in the entry.
        number: u32,
    },
    /// A meeting is in a provider's room that is not its own.
    #[error(
        "entry {index} starts meeting {number} of room {room} in a provider's room that is not its own"
    )]
    MeetingSession {
        /// The entry.
        index: u64,
        /// The room.
        room: RoomId,
        /// The number in the entry.
        number: u32,
    },
    /// A key was issued under the id of another one.
    #[error("entry {index} issues key {issuance}, an id that was used before")]
    DuplicateIssuance {
        /// The entry.
        index: u64,
        /// The id.
        issuance: IssuanceId,
    },
    /// A key was issued that should have been denied.
    #[error("entry {index} issues key {issuance}, which should have been denied: {}", reason.as_str())]
    Illegitimate {
        /// The entry.
        index: u64,
        /// The key.
        issuance: IssuanceId,
        /// Why it should have been denied.
        reason: Reason,
    },
    /// A key was rightly issued, but not this one.
    #[error("entry {index} issues key {issuance} with {field} {recorded}, where {decided} was due")]
    Differs {
        /// The entry.
        index: u64,
        /// The key.
        issuance: IssuanceId,
        /// The field of the entry that differs.
        field: &'static str,
        /// Its value, as the entry spells it.
        recorded: String,
        /// The value that was due, in the same spelling.
        decided: String,
    },
    /// A key was denied that was due, or for another reason than the one that holds.
    #[error("entry {index} denies a key as {}, where {} holds", recorded.as_str(), decided.map_or("no reason", Reason::as_str))]
    DenialUnfounded {
        /// The entry.
        index: u64,
        /// The reason in the entry.
        recorded: Reason,
        /// The reason that holds; `None` where the key was due.
        decided: Option<Reason>,
    },
    /// The desk signed a token for itself with a key that could not sign it.
    #[error("entry {index} is signed with key {key} of profile {profile}, which could not sign it")]
    UnusableKey {
        /// The entry.
        index: u64,
        /// The profile.
        profile: ProfileName,
        /// The key.
        key: KeyId,
    },
}

impl Violation {
    /// The entry that it was found at.
    pub const fn index(&self) -> u64 {
        match self {
            Self::Gap { found: index, .. }
            | Self::Unreadable { index, .. }
            | Self::TimeWentBack { index }
            | Self::NotAuthorized { index, .. }
            | Self::SessionOfOther { index, .. }
            | Self::SessionOfDisabled { index, .. }
            | Self::Unknown { index, .. }
            | Self::Twice { index, .. }
            | Self::MeetingOutOfOrder { index, .. }
            | Self::MeetingNotRunning { index, .. }
            | Self::MeetingSession { index, .. }
            | Self::DuplicateIssuance { index, .. }
            | Self::Illegitimate { index, .. }
            | Self::Differs { index, .. }
            | Self::DenialUnfounded { index, .. }
            | Self::UnusableKey { index, .. } => *index,
        }
    }
}

/// What entries refer to by a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A user.
    Subject(SubjectRef),
    /// A session; one that ended exists no longer.
    Session(SessionRef),
    /// A backend; one that was revoked exists no longer.
    Backend(BackendRef),
    /// A room.
    Room(RoomId),
    /// A membership.
    Member(Box<MemberPlace>),
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(subject) => write!(f, "user {subject}"),
            Self::Session(session) => write!(f, "session {session}"),
            Self::Backend(backend) => write!(f, "backend {backend}"),
            Self::Room(room) => write!(f, "room {room}"),
            Self::Member(place) => {
                write!(f, "the membership of user {} in room {}", place.subject, place.room)?;
                if let Some(scene) = &place.scene {
                    write!(f, ", scene {scene}")?;
                }
                place.event.as_ref().map_or(Ok(()), |event| write!(f, ", event {event}"))
            }
        }
    }
}

/// The violations of one entry, while it is checked.
#[derive(Debug)]
pub(super) struct Findings {
    /// The entry.
    pub(super) index: u64,
    /// What was found at it.
    pub(super) list: Vec<Violation>,
}

impl Findings {
    /// Adds a violation.
    pub(super) fn push(&mut self, violation: Violation) {
        self.list.push(violation);
    }

    /// Adds that the entry refers to what does not exist, unless it `exists`.
    pub(super) fn require(&mut self, exists: bool, what: impl FnOnce() -> Named) {
        if !exists {
            self.list.push(Violation::Unknown { index: self.index, what: what() });
        }
    }

    /// Adds that the entry adds what exists already, where it `exists`.
    pub(super) fn refuse(&mut self, exists: bool, what: impl FnOnce() -> Named) {
        if exists {
            self.list.push(Violation::Twice { index: self.index, what: what() });
        }
    }
}
