//! Why the settings of a room are refused.

use roomkey_claims::SessionOptionsError;

/// Settings of a room that its provider does not have, or that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomSettingsError {
    /// The name is too long for the provider, with the number of a meeting behind it.
    #[error("the name may have at most {longest} characters there: choose a shorter one")]
    Name {
        /// The longest name, in characters.
        longest: usize,
    },
    /// The provider's tokens have no place for a DID.
    #[error("its tokens carry no metadata: leave the DID out")]
    Did,
    /// The provider's participants are no numbers anyway.
    #[error("its participants are texts anyway: leave string accounts out")]
    Accounts,
    /// The provider makes no sessions.
    #[error(
        "it makes no sessions of its own: leave the media mode, e2ee and the archive mode as they are"
    )]
    NoSessions,
    /// The platform refuses the combination.
    #[error(transparent)]
    Session(#[from] SessionOptionsError),
}
