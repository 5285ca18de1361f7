//! The desk: its parts, opened together.

use roomkey_storage::{OpenError, StoreOptions};

use crate::authority::Operator;
use crate::ground::Ground;
use crate::log::Log;
use crate::provider::Provider;
use crate::readiness::check::Readiness;
use crate::readiness::{Probe, readiness};
use crate::sessions::{SessionOptions, Sessions};
use crate::tokens::Tokens;
use crate::tokens::rules::Rules;
use crate::work::status::Jobs;

/// What a desk is opened with.
#[derive(Debug)]
pub struct DeskOptions {
    /// The database.
    pub store: StoreOptions,
    /// How users and backends are authenticated.
    pub sessions: SessionOptions,
    /// Lifetimes of keys and provider profiles.
    pub rules: Rules,
    /// Name and version of the software, for `policy.set`.
    pub software: String,
}

/// The desk. A use case takes the ground and the parts that it needs.
#[derive(Debug)]
pub struct Desk {
    /// Database, time and randomness.
    pub ground: Ground,
    /// How users and backends are authenticated.
    pub sessions: Sessions,
    /// The rules and keys by which tokens are issued.
    pub tokens: Tokens,
    /// Calls to providers.
    pub provider: Provider,
    /// What readers of the log share.
    pub log: Log,
    /// How the jobs do.
    pub jobs: Jobs,
    /// When readiness was looked at last.
    pub probe: Probe,
}

impl Desk {
    /// Opens the database and starts the threads that commit and that hash. It blocks.
    ///
    /// The authority of the operator comes apart from the desk: it is for the command line, and no server is given it.
    pub fn open(options: DeskOptions) -> Result<(Self, Operator), OpenError> {
        let DeskOptions { store, sessions, rules, software } = options;
        let ground = Ground::open(store)?;
        let desk = Self {
            sessions: Sessions::start(sessions, &ground),
            ground,
            tokens: Tokens::new(rules, software),
            provider: Provider::new(),
            log: Log::new(),
            jobs: Jobs::default(),
            probe: Probe::default(),
        };
        Ok((desk, Operator::new()))
    }

    /// Looks whether tokens can be issued now, and what the jobs do.
    pub async fn readiness(&self) -> Readiness {
        readiness(&self.ground, &self.tokens, &self.jobs, &self.probe).await
    }
}
