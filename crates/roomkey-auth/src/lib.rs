//! How somebody proves who they are.
//!
//! **What it is.** Rules for passwords, their argon2id hashes on a fixed pool of threads, session tokens, backends'
//! credentials and the project JWTs that they sign, and the arithmetic that slows down guessing.
//! The only crate that names `argon2`.
//!
//! **In scope.** [`PasswordPolicy`], [`Hasher`], [`SessionToken`], [`verify_project_jwt`], [`new_backend_secret`],
//! [`LoginThrottle`].
//!
//! **Out of scope.** SQL, HTTP, `async fn`, the life of a session, which project JWT was seen before, and who may do what
//! once they are known.
//!
//! **Invariants.** No plain text of a password or token is in any `Debug` output, error or return value but
//! [`SessionToken::expose`]; of a project JWT there are only its times, its API key and the hash of its `jti`.
//! A participant's token is never a credential, whoever signed it.
//! An unknown user costs the same hashing as a known one.
//! Memory is bounded everywhere: argon2's by threads, jobs by the queue, throttling by a number of keys.
//!
//! The process installs the cryptographic backend of `jsonwebtoken` before the first project JWT; `main` does.

pub mod address;
pub mod backend;
pub mod hash_settings;
pub mod hasher;
pub mod policy;
pub mod project;
pub mod session;
pub mod throttle;

pub use address::address_prefix;
pub use backend::{new_backend_ref, new_backend_secret};
pub use hash_settings::{HashSettings, HashSettingsError};
pub use hasher::{Busy, Hasher, HasherStopped, Pending, Verdict};
pub use policy::{PasswordError, PasswordPolicy, PolicyError};
pub use project::{
    JtiHash, ProjectFault, ProjectJwt, ProjectJwtError, ProjectRules, claimed_backend,
    verify_project_jwt,
};
pub use session::{SessionToken, SessionTokenError};
pub use throttle::{LoginLimits, LoginThrottle, Rate, RateError, RetryAfter};
