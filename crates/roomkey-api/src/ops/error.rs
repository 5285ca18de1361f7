//! What can go wrong in a use case. HTTP and the command line each decide once what they say of it.

use roomkey_auth::{PasswordError, RetryAfter};
use roomkey_claims::{BoundsError, ProfileName};
use roomkey_storage::{Refused, StoreError, WriteError};

use crate::ops::KeyringError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    /// No credentials were given.
    #[error("no credentials were given: send `Authorization: Bearer` with the token of a login")]
    Unauthenticated,
    /// The credentials are unknown, ended or expired.
    #[error("the session is unknown, ended or expired: log in again")]
    InvalidToken,
    /// A login failed, for whatever reason.
    #[error("the username or the password is wrong, or the user may not log in")]
    InvalidCredentials,
    /// Somebody authenticated may not do this.
    #[error("you may not do this")]
    NotAllowed,
    /// The lifetime that was asked for is outside the bounds.
    #[error("the lifetime must be from {min} s to {max} s here")]
    LifetimeOutOfBounds {
        /// The shortest, in seconds.
        min: u32,
        /// The longest, in seconds.
        max: u32,
    },
    /// The room wants a device to be named.
    #[error("this room has identities per device: name the device")]
    DeviceRequired,
    /// The provider's format cannot say what was granted.
    #[error("the room's provider cannot express the role: give the member another role")]
    Inexpressible,
    /// No key can be signed for this room now.
    #[error(
        "the room's provider profile has no key that can sign: its operator must mend the settings"
    )]
    NoUsableKey,
    /// A logged-in user asks for itself alone.
    #[error("a user asks for no other user's key: leave the user out")]
    UserNotAllowed,
    /// Who asks for a user must name it.
    #[error("name the user whom the key is for")]
    UserRequired,
    /// A password does not fit the rules.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// It does not fit what stands in the database.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The settings have no such provider profile.
    #[error("the settings have no provider profile {profile}: add [providers.{profile}]")]
    UnknownProfile {
        /// Its name.
        profile: ProfileName,
    },
    /// The lifetimes of a room contradict each other or the desk's.
    #[error("the room's lifetimes do not fit: {0}")]
    RoomBounds(#[from] BoundsError),
    /// A window of time that ends before it begins.
    #[error("the window ends before it begins: `until` must be after `from`")]
    EmptyWindow,
    /// There is no such entry.
    #[error("there is no such entry")]
    NoSuchEntry,
    /// A cursor that this desk did not make for these filters.
    #[error("the cursor does not belong to these filters: start again without it")]
    BadCursor,
    /// No token of a known format.
    #[error("this is no token of a format that the desk knows")]
    NotAToken,
    /// The policy in force is not what the settings file says.
    #[error(
        "the policy in force (entry {index}) is not that of the settings file: start the server or send it SIGHUP"
    )]
    PolicyDiffers {
        /// The entry that set it.
        index: u64,
    },
    /// Too many passwords wait to be hashed.
    #[error("too many logins at once: try again in a second")]
    HasherBusy,
    /// Too many logins from an address or to an account.
    #[error("too many logins: wait before the next one")]
    TooManyLogins(RetryAfter),
    /// The database or the queue before it failed.
    #[error(transparent)]
    Store(StoreError),
    /// The recorded key could not be signed; no key left the desk.
    #[error("the key was recorded and could not be signed")]
    Keyring(#[from] KeyringError),
    /// Something that cannot happen did.
    #[error("internal error: {0}")]
    Internal(&'static str),
}

impl From<StoreError> for OpsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<WriteError> for OpsError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(Refused::NotAuthorized) => Self::InvalidToken,
            WriteError::Refused(refused) => Self::Refused(refused),
            WriteError::Store(error) => Self::Store(error),
        }
    }
}
