//! Why a project JWT is refused.

use roomkey_claims::Timestamp;

use super::{MAX_PROJECT_JWT_BYTES, MAX_PROJECT_JWT_SECONDS};

/// Why a project JWT is refused; no message repeats anything of it but its times.
///
/// The messages are for whoever runs the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProjectJwtError {
    /// It is too long to be looked at.
    #[error("longer than {MAX_PROJECT_JWT_BYTES} bytes: send the project JWT and nothing else")]
    TooBig,
    /// It is no JWT, or names something twice.
    #[error(
        "not a project JWT: send three base64url parts without padding, `header.claims.signature`, header and claims \
         being JSON objects that name nothing twice"
    )]
    Malformed,
    /// Its header demands something that is unknown here.
    #[error(
        "the header of the project JWT has `crit`, and no extension is known here: leave it out"
    )]
    Critical,
    /// It is signed in another way.
    #[error("`alg` in the header of the project JWT must be HS256: sign with the backend's secret")]
    Algorithm,
    /// It names no API key.
    #[error(
        "`iss` in the project JWT must be the backend's numeric API key, as text or as a whole number"
    )]
    Issuer,
    /// It was signed with another secret, or altered.
    #[error(
        "the signature of the project JWT does not fit: sign with the secret of the API key in `iss`, its 40 characters \
         as they are, not decoded from hexadecimal"
    )]
    Signature,
    /// It is a participant's token.
    #[error(
        "a participant's token is no credential: send a project JWT, without `scope`, `session_id`, `role` and \
         `connection_data`"
    )]
    ClientToken,
    /// It is for something else.
    #[error("`ist` in the project JWT must be `project`, in its claims or its header")]
    NotProject,
    /// It does not say when it was issued.
    #[error("`iat` in the project JWT must say when it was issued, in whole seconds since 1970")]
    NoIssuedAt,
    /// It does not say when it expires.
    #[error("`exp` in the project JWT must say when it expires, in whole seconds since 1970")]
    NoExpiry,
    /// It expires before it is issued.
    #[error("`exp` in the project JWT must be later than `iat`")]
    Backwards,
    /// It lives too long.
    #[error(
        "the project JWT lives {seconds} s, and at most {MAX_PROJECT_JWT_SECONDS} are allowed: make a new one for each \
         request, for 180 s"
    )]
    TooLong {
        /// From `iat` to `exp`.
        seconds: i64,
    },
    /// It was issued in the future.
    #[error(
        "the project JWT was issued at {issued_at}, but here it is {now}: set the clock of the machine that signs it"
    )]
    NotYet {
        /// Its `iat`.
        issued_at: Timestamp,
        /// The desk's time.
        now: Timestamp,
    },
    /// It is expired.
    #[error(
        "the project JWT expired at {expires_at}, and here it is {now}: make a new one for each request, and if it was \
         new, set the clock of the machine that signs it"
    )]
    Expired {
        /// Its `exp`.
        expires_at: Timestamp,
        /// The desk's time.
        now: Timestamp,
    },
    /// Its id is none.
    #[error("`jti` in the project JWT must be a text that is not empty, or a number")]
    Jti,
    /// It has no id, and the desk demands one.
    #[error("the project JWT needs a `jti`, a new one for each request: each is accepted once")]
    JtiMissing,
}

/// What is wrong with a project JWT, as far as its sender does something else about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectFault {
    /// It is not made as it must be: change the code that makes it.
    Malformed,
    /// It is a participant's token: send the other one.
    ClientToken,
    /// It is signed with another secret: check the settings.
    Signature,
    /// It is not valid yet or no longer: check the clock.
    Clock,
}

impl ProjectJwtError {
    /// The class that it belongs to.
    pub const fn fault(&self) -> ProjectFault {
        match self {
            Self::TooBig
            | Self::Malformed
            | Self::Critical
            | Self::Algorithm
            | Self::Issuer
            | Self::NotProject
            | Self::NoIssuedAt
            | Self::NoExpiry
            | Self::Backwards
            | Self::TooLong { seconds: _ }
            | Self::Jti
            | Self::JtiMissing => ProjectFault::Malformed,
            Self::ClientToken => ProjectFault::ClientToken,
            Self::Signature => ProjectFault::Signature,
            Self::NotYet { issued_at: _, now: _ } | Self::Expired { expires_at: _, now: _ } => {
                ProjectFault::Clock
            }
        }
    }
}
