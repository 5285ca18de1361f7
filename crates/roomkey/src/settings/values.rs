//! The settings as the program works with them: typed, checked, whole.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use roomkey_api::{AllowedOrigins, Compat, Network};
use roomkey_audit::NodeName;
use roomkey_audit::tree::key::KeyName;
use roomkey_auth::{HashSettings, LoginLimits, PasswordPolicy, ProjectRules};
use roomkey_claims::{Bounds, Clock, IdSource, ProfileName};
use roomkey_desk::desk::DeskOptions;
use roomkey_desk::log::outlet::Outlet;
use roomkey_desk::sessions::visits::Privacy;
use roomkey_desk::sessions::{SessionLifetimes, SessionOptions};
use roomkey_desk::tokens::rules::Rules;
use roomkey_providers::Configured;
use roomkey_storage::{KeySource, Location, StoreOptions};

use super::layers::Layers;

/// All settings, checked.
#[derive(Debug)]
pub(crate) struct Settings {
    /// What was given, for `config show`.
    pub(crate) layers: Layers,
    /// What deserves a look and stops nothing.
    pub(crate) warnings: Vec<String>,
    /// Whether `--dev` is on.
    pub(crate) dev: bool,
    /// `[server]`.
    pub(crate) server: Server,
    /// `[database]`.
    pub(crate) database: Database,
    /// `[secrets]`.
    pub(crate) key: KeySource,
    /// `[lifetime]`.
    pub(crate) lifetime: Bounds,
    /// `[sessions]`.
    pub(crate) sessions: Sessions,
    /// `[password]`.
    pub(crate) password: Password,
    /// `[login]`.
    pub(crate) login: LoginLimits,
    /// `[backends]`.
    pub(crate) backends: ProjectRules,
    /// `[compat]`.
    pub(crate) compat: Compat,
    /// `[audit]`.
    pub(crate) audit: Audit,
    /// `[privacy]`.
    pub(crate) privacy: Privacy,
    /// `[cors]`.
    pub(crate) cors: AllowedOrigins,
    /// `[log]`.
    pub(crate) log: Log,
    /// `[providers.<name>]`.
    pub(crate) profiles: BTreeMap<ProfileName, Configured>,
}

/// Listeners and threads of the server.
#[derive(Debug)]
pub(crate) struct Server {
    /// Where the API listens.
    pub(crate) listen: SocketAddr,
    /// Where the metrics are read.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The name of this node.
    pub(crate) node: NodeName,
    /// The proxies that are believed.
    pub(crate) behind_proxy: Vec<Network>,
    /// Threads that answer.
    pub(crate) workers: NonZeroUsize,
    /// Longest life of a request.
    pub(crate) request_timeout: Duration,
}

/// The database.
#[derive(Debug)]
pub(crate) struct Database {
    /// Where it is.
    pub(crate) location: Location,
    /// Writes that may wait.
    pub(crate) queue: usize,
    /// Connections that read.
    pub(crate) readers: u32,
}

/// The signed log.
#[derive(Debug)]
pub(crate) struct Audit {
    /// The name of the log, where it is given.
    pub(crate) origin: Option<KeyName>,
    /// Whether anybody may read it.
    pub(crate) open: bool,
    /// Where checkpoints go.
    pub(crate) outlet: Outlet,
}

/// How long sessions last.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// Without use.
    pub(crate) idle: Duration,
    /// At most.
    pub(crate) absolute: Duration,
}

/// Passwords.
#[derive(Debug)]
pub(crate) struct Password {
    /// What is asked of a new one.
    pub(crate) policy: PasswordPolicy,
    /// How they are hashed.
    pub(crate) hashing: HashSettings,
    /// Threads that hash.
    pub(crate) threads: NonZeroUsize,
    /// How many may wait.
    pub(crate) queue: NonZeroUsize,
}

/// Diagnostics.
#[derive(Debug)]
pub(crate) struct Log {
    /// Folder of the files.
    pub(crate) folder: Option<PathBuf>,
    /// Their form.
    pub(crate) format: LogFormat,
    /// When a new one is begun.
    pub(crate) rotation: Rotation,
    /// How many are kept.
    pub(crate) keep: usize,
    /// What is written.
    pub(crate) level: String,
}

/// The form of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// When a new log file is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// Each day.
    Daily,
    /// Each hour.
    Hourly,
    /// Never.
    Never,
}

impl Settings {
    /// What keys are made by.
    pub(crate) fn rules(&self) -> Rules {
        Rules { lifetime: self.lifetime, profiles: self.profiles.clone() }
    }

    /// What the desk is opened with.
    pub(crate) fn desk(&self, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> DeskOptions {
        DeskOptions {
            store: StoreOptions {
                location: self.database.location.clone(),
                key: self.key.clone(),
                node: self.server.node.clone(),
                clock,
                ids,
                queue: self.database.queue,
                readers: self.database.readers,
            },
            sessions: SessionOptions {
                passwords: self.password.policy,
                hashing: self.password.hashing,
                hash_threads: self.password.threads,
                hash_queue: self.password.queue,
                login_limits: self.login,
                lifetimes: SessionLifetimes {
                    absolute: self.sessions.absolute,
                    idle: self.sessions.idle,
                },
                privacy: self.privacy,
                project_jwts: self.backends,
            },
            rules: self.rules(),
            software: software(),
        }
    }
}

/// Name and version of the software, as the log names it.
pub(crate) fn software() -> String {
    format!("roomkey {}", env!("CARGO_PKG_VERSION"))
}
