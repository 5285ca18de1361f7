//! Project JWTs: how a backend proves who it is (`X-OPENTOK-AUTH`; OpenTok REST reference, "Authentication").
//!
//! ```text
//! header   {"alg":"HS256", …}
//! claims   {"iss":"<API key>", "ist":"project", "iat":…, "exp":…, "jti":…}
//! ```
//!
//! The vendor's SDKs differ in what they send: `ist` stands in the header (Ruby), `typ` is absent (Ruby, Java), `jti` is
//! absent, a text or a number.
//! All of that passes, and nothing else is bent: the same secret signs the tokens of participants, so a JWT that says
//! anything of a participant is never a credential.

use std::time::Duration;

use roomkey_claims::{BackendRef, Timestamp};
use secrecy::SecretString;

mod error;
mod jti;
mod parts;
#[cfg(test)]
mod tests;

pub use error::{ProjectFault, ProjectJwtError};
pub use jti::JtiHash;
use parts::{Claims, Parts, seconds};

/// The longest text that is looked at, in bytes: far over any project JWT.
pub const MAX_PROJECT_JWT_BYTES: usize = 8 * 1024;

/// The longest life, from `iat` to `exp`, in seconds (OpenTok REST reference: "the maximum allowed expiration time range
/// is 5 minutes").
pub const MAX_PROJECT_JWT_SECONDS: i64 = 300;

/// How strict the desk is with project JWTs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectRules {
    /// How far the clocks of a backend and of the desk may be apart, for `iat` and for `exp`.
    ///
    /// A JWT is remembered until its `exp` plus the skew of that moment: where the skew grows, a `jti` that was forgotten
    /// just before can pass once more.
    pub skew: Duration,
    /// Whether a JWT without `jti`, which can be replayed while it lives, is refused.
    pub require_jti: bool,
}

/// What a verified project JWT says; only [`verify_project_jwt`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProjectJwt {
    /// The backend that signed it.
    pub backend: BackendRef,
    /// What it is remembered by, so that it is accepted once; `None` where it named no `jti`.
    pub jti: Option<JtiHash>,
    /// Its `exp` plus the skew: from then on it is refused as expired, and its `jti` may be forgotten.
    pub expires_at: Timestamp,
}

/// The API key that a project JWT names, by which its secret is found; nothing is verified yet.
pub fn claimed_backend(jwt: &str) -> Result<BackendRef, ProjectJwtError> {
    Parts::read(jwt)?.backend()
}

/// Verifies a project JWT with the secret of the backend that [`claimed_backend`] named.
///
/// It is looked at in this order, and the first fault is the answer: shape, algorithm, issuer, signature, whether it is a
/// participant's token, `ist`, `iat` and `exp`, `jti`.
/// So whoever has not the secret learns nothing but that, and whoever sends a participant's token hears so even where
/// that token is also expired or too long.
///
/// `iat` and `exp` must be whole numbers as JSON spells them: `1700000000.0`, which no SDK sends, is refused, as is a
/// text.
/// A claim that is `null` counts as absent, except that it still makes a participant's token one.
///
/// The caller refuses a `jti` that it has seen, until [`ProjectJwt::expires_at`].
pub fn verify_project_jwt(
    jwt: &str,
    secret: &SecretString,
    now: Timestamp,
    rules: ProjectRules,
) -> Result<ProjectJwt, ProjectJwtError> {
    let parts = Parts::read(jwt)?;
    let backend = parts.backend()?;
    if !parts.is_signed_with(secret) {
        return Err(ProjectJwtError::Signature);
    }
    if parts.claims.are_of_a_participant() {
        return Err(ProjectJwtError::ClientToken);
    }
    if !parts.is_of_a_project() {
        return Err(ProjectJwtError::NotProject);
    }
    let expires_at = check_times(&parts.claims, now, rules.skew)?;
    let jti = JtiHash::of(&parts.claims.jti)?;
    if rules.require_jti && jti.is_none() {
        return Err(ProjectJwtError::JtiMissing);
    }
    Ok(ProjectJwt { backend, jti, expires_at })
}

/// Holds `iat` and `exp` against `now`; returns from when on the JWT is expired.
fn check_times(
    claims: &Claims,
    now: Timestamp,
    skew: Duration,
) -> Result<Timestamp, ProjectJwtError> {
    let issued = seconds(&claims.iat).ok_or(ProjectJwtError::NoIssuedAt)?;
    let expires = seconds(&claims.exp).ok_or(ProjectJwtError::NoExpiry)?;
    if expires <= issued {
        return Err(ProjectJwtError::Backwards);
    }
    let life = expires.saturating_sub(issued);
    if MAX_PROJECT_JWT_SECONDS < life {
        return Err(ProjectJwtError::TooLong { seconds: life });
    }
    let (issued_at, expires_at) =
        (Timestamp::from_seconds(issued), Timestamp::from_seconds(expires));
    if now < issued_at.minus(skew) {
        return Err(ProjectJwtError::NotYet { issued_at, now });
    }
    let expired_from = expires_at.plus(skew);
    if expired_from <= now {
        return Err(ProjectJwtError::Expired { expires_at, now });
    }
    Ok(expired_from)
}
