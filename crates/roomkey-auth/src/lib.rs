//! How somebody proves who they are.
//!
//! **What it is.** Rules for passwords, their argon2id hashes on a fixed pool of threads, session tokens, and the
//! arithmetic that slows down guessing.
//! The only crate that names `argon2`.
//!
//! **In scope.** [`PasswordPolicy`], [`Hasher`], [`SessionToken`], [`LoginThrottle`].
//!
//! **Out of scope.** SQL, HTTP, `async fn`, the life of a session, and who may do what once they are known.
//!
//! **Invariants.** No plain text of a password or token is in any `Debug` output, error or return value but
//! [`SessionToken::expose`].
//! An unknown user costs the same hashing as a known one.
//! Memory is bounded everywhere: argon2's by threads, jobs by the queue, throttling by a number of keys.

pub mod address;
pub mod hasher;
pub mod policy;
pub mod session;
pub mod settings;
pub mod throttle;

pub use address::address_prefix;
pub use hasher::{Busy, Hasher, HasherStopped, Pending, Verdict};
pub use policy::{PasswordError, PasswordPolicy, PolicyError};
pub use session::{SessionToken, SessionTokenError};
pub use settings::{HashSettings, HashSettingsError};
pub use throttle::{LoginLimits, LoginThrottle, Rate, RateError, RetryAfter};
