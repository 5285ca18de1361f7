//! What only the surfaces for the vendors' own clients refuse.

use roomkey_claims::{Identity, SessionOptionsError};

/// What only the surfaces for the vendors' own clients refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompatFault {
    /// The session that is asked for is not what the room has, or what the platform makes.
    #[error(transparent)]
    Session(#[from] SessionFault),
    /// The session is none of the room.
    #[error("no meeting of this room has this session: list the meetings of the room")]
    NoSuchSession,
    /// The client joins with another account than the desk assigns.
    #[error("the desk assigns the account: join with `{assigned}`")]
    OtherAccount {
        /// The account that the user has.
        assigned: Identity,
    },
    /// Nobody gets such a key here.
    #[error("keys for Agora Chat are never issued here: use the vendor's own console for Chat")]
    NeverIssued,
    /// Nothing says by which room a key for messaging alone is decided.
    #[error(
        "no room decides about keys for messaging alone: set `[compat] agora_rtm_room`, or name a channel in /rte/"
    )]
    NoMessagingRoom,
}

/// Why no session is made as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionFault {
    /// The body is something else.
    #[error("the body must be a form: send `application/x-www-form-urlencoded` in UTF-8")]
    NotAForm,
    /// A field stands there twice.
    #[error("`{0}` is given twice: send it once")]
    Twice(&'static str),
    /// A value is none of its field.
    #[error("`{field}` must be {expected}")]
    Value {
        /// The field.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
    },
    /// The vendor's platform refuses the combination.
    #[error(transparent)]
    Platform(SessionOptionsError),
    /// How a recording is to be is said, and not that there is one.
    #[error("`{0}` goes with `archiveMode=always` alone: leave it out")]
    NoArchive(&'static str),
    /// The room has no such sessions.
    #[error("the room's provider makes no sessions: ask for a key at `/v1/tokens`")]
    NoSessions,
    /// The client relies on encryption from end to end, and the room has none.
    #[error(
        "the room's sessions are not encrypted from end to end: leave `e2ee` out, or let an admin change the room"
    )]
    NotEncrypted,
    /// The client relies on a recording, and the room makes none by itself.
    #[error(
        "the room is not recorded from the start: ask for `archiveMode=manual`, or let an admin change the room"
    )]
    NotRecorded,
    /// The client relies on the provider's media router, and the room's media may go around it.
    #[error(
        "the room's media are relayed: ask for `p2p.preference=enabled`, or let an admin change the room"
    )]
    NotRouted,
}
