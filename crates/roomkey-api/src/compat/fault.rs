//! What only the surfaces for the vendors' own clients refuse.

use roomkey_claims::Identity;

use crate::compat::SessionFault;

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
