//! Sessions: users and backends are authenticated, log in and out, and see what is theirs.

pub mod authenticate;
pub mod login;
pub mod own;
pub mod password;
pub mod visits;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use roomkey_auth::{
    HashSettings, Hasher, LoginLimits, LoginThrottle, PasswordPolicy, ProjectRules,
};

use crate::ground::Ground;
use crate::sessions::visits::Privacy;
use crate::tally::Tally;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// At most, whatever happens.
    pub absolute: Duration,
    /// Without use.
    pub idle: Duration,
}

/// How users and backends are authenticated.
#[derive(Debug, Clone, Copy)]
pub struct SessionOptions {
    /// What is asked of a new password.
    pub passwords: PasswordPolicy,
    /// How passwords are hashed.
    pub hashing: HashSettings,
    /// Threads that hash.
    pub hash_threads: NonZeroUsize,
    /// Most passwords that wait to be hashed; one more is refused at once.
    pub hash_queue: NonZeroUsize,
    /// Limits on logins.
    pub login_limits: LoginLimits,
    /// How long sessions last.
    pub lifetimes: SessionLifetimes,
    /// What is stored about logins in addition to log entries.
    pub privacy: Privacy,
    /// How strict the desk is with the project JWTs of backends.
    pub project_jwts: ProjectRules,
}

/// What authentication works with.
#[derive(Debug)]
pub struct Sessions {
    hasher: Hasher,
    passwords: PasswordPolicy,
    throttle: LoginThrottle,
    lifetimes: SessionLifetimes,
    privacy: Privacy,
    project_jwts: ProjectRules,
    failed_logins: Tally<String>,
}

impl Sessions {
    /// Starts the threads that hash.
    pub(crate) fn start(options: SessionOptions, ground: &Ground) -> Self {
        let SessionOptions {
            passwords,
            hashing,
            hash_threads,
            hash_queue,
            login_limits,
            lifetimes,
            privacy,
            project_jwts,
        } = options;
        let ids = Arc::clone(ground.ids_shared());
        Self {
            hasher: Hasher::start(hashing, hash_threads, hash_queue, ids),
            passwords,
            throttle: LoginThrottle::new(login_limits, Arc::clone(ground.clock_shared())),
            lifetimes,
            privacy,
            project_jwts,
            failed_logins: Tally::new(),
        }
    }

    /// The pool that hashes passwords.
    pub const fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    pub(crate) const fn privacy(&self) -> Privacy {
        self.privacy
    }

    /// Failed logins by address prefix, counted until a job records them.
    pub(crate) const fn failed_logins(&self) -> &Tally<String> {
        &self.failed_logins
    }
}
