//! What can go wrong in a use case. HTTP and the command line each decide once what they say of it.

use roomkey_auth::{PasswordError, ProjectJwtError, RetryAfter};
use roomkey_claims::{BoundsError, ProfileName, Uid};
use roomkey_providers::DraftError;
use roomkey_storage::{Refused, SealError, StoreError, WriteError};

use crate::provider::fault::ProviderFault;
use crate::rooms::error::RoomSettingsError;
use crate::tokens::keyring::KeyringError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No credentials were given.
    #[error("no credentials were given: send `Authorization: Bearer` with the token of a login")]
    Unauthenticated,
    /// The credentials are unknown, ended or expired.
    #[error("the session is unknown, ended or expired: log in again")]
    InvalidToken,
    /// A project JWT is not good.
    #[error(transparent)]
    ProjectJwt(#[from] ProjectJwtError),
    /// A project JWT names an API key that no backend has.
    #[error("no backend has this API key, or it was revoked: `roomkey backend list` shows them")]
    UnknownApiKey,
    /// A project JWT was used before.
    #[error("this project JWT was used before: make a new one, with a new `jti`, for each request")]
    ReplayedJwt,
    /// The deprecated header with the secret in clear.
    #[error(
        "X-TB-PARTNER-AUTH sends the secret in clear and is never accepted: send a project JWT in X-OPENTOK-AUTH or Authorization: Bearer"
    )]
    PartnerAuth,
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
    /// The client joins with another number than the desk assigned.
    #[error("the desk assigns the number: join with {assigned}")]
    OtherUid {
        /// The number that the user has in the room.
        assigned: Uid,
        /// Whether the client asked for the wildcard.
        wildcard: bool,
    },
    /// The running meeting is in a session of another account.
    #[error("the running meeting is in a session of another account: start a new meeting")]
    MeetingAccount,
    /// No number is left for the user in this room.
    #[error(
        "no number is left for this user in this room: it has one for each device, at most {}",
        Uid::PER_USER
    )]
    UidsExhausted,
    /// The room's participants are texts, and the client names a number.
    #[error("participants of this room are texts: join with the account that the desk assigns")]
    NoNumbers,
    /// A meeting runs, which the client of this surface cannot follow.
    #[error(
        "a meeting runs in this room, whose channel this client does not know: use POST /agora/token"
    )]
    MeetingRuns,
    /// Settings of a room that its provider does not have.
    #[error("the room's settings do not fit its provider: {0}")]
    RoomSettings(RoomSettingsError),
    /// The provider of a profile has no such operation.
    #[error("the provider of profile {profile} has no such operation")]
    NotOfProvider {
        /// The profile.
        profile: ProfileName,
    },
    /// A call to a provider failed.
    #[error("the provider was called and did not do it: {0}")]
    Provider(ProviderFault),
    /// A call to a provider cannot be written down.
    #[error("the provider cannot be called so: {0}")]
    Call(DraftError),
    /// A backend without scopes or rooms, or with too many.
    #[error("a backend has at least one scope, and 1 to {most} patterns of rooms")]
    BackendShape {
        /// The most patterns.
        most: usize,
    },
    /// A sealed secret does not open.
    #[error("a sealed secret does not open: {0}")]
    Seal(SealError),
    /// No key can be signed for this room now.
    #[error(
        "the room's provider profile has no key that can sign: its operator must correct the settings"
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
    RoomBounds(BoundsError),
    /// A window of time that ends before it begins.
    #[error("the window ends before it begins: `until` must be after `from`")]
    EmptyWindow,
    /// There is no such entry.
    #[error("there is no such entry")]
    NoSuchEntry,
    /// The entry is committed and not in a signed tree yet.
    #[error("the entry is not in a signed tree yet: try again in a second")]
    NotSigned,
    /// A parameter that is out of bounds which only the database knows.
    #[error("{parameter} {detail}")]
    OutOfBounds {
        /// Which one.
        parameter: &'static str,
        /// What is wrong with it.
        detail: String,
    },
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

// Their words stand in the message already, so none of them is the source too.

impl From<DraftError> for DeskError {
    fn from(error: DraftError) -> Self {
        Self::Call(error)
    }
}

impl From<SealError> for DeskError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

impl From<BoundsError> for DeskError {
    fn from(error: BoundsError) -> Self {
        Self::RoomBounds(error)
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<WriteError> for DeskError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(Refused::NotAuthorized) => Self::InvalidToken,
            WriteError::Refused(refused) => Self::Refused(refused),
            WriteError::Store(error) => Self::Store(error),
        }
    }
}
