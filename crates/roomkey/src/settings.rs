//! Settings: flags over the environment over the file over defaults, each value with its origin.
//!
//! Reading order: [`schema`], the table of all keys; [`layers`], what was given where; [`reading`] and [`sections`],
//! the typed values; [`profiles`], the sections of the providers; [`check`], what only several values together show.

pub(crate) mod check;
pub(crate) mod dev;
pub(crate) mod layers;
pub(crate) mod masking;
pub(crate) mod node;
pub(crate) mod problem;
pub(crate) mod profiles;
pub(crate) mod reading;
pub(crate) mod reference;
pub(crate) mod schema;
pub(crate) mod secret;
mod sections;
pub(crate) mod show;
mod web_origin;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
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

use layers::Layers;
use problem::{Problem, SettingsError};
use profiles::ProfileReader;
use reading::Reading;

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

/// Where settings come from.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// The settings file; with `--dev`, nothing but its folder counts and it need not exist.
    pub(crate) file: PathBuf,
    /// Whether `--dev` is on.
    pub(crate) dev: bool,
    /// Flags, `section.key=value`.
    pub(crate) flags: Vec<String>,
    /// Variables of the environment.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Sources {
    /// The folder that relative paths start in.
    pub(crate) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// Where the settings come from, as messages name it.
    pub(crate) fn place(&self) -> String {
        if self.dev { "--dev".to_owned() } else { self.file.display().to_string() }
    }

    /// Reads and checks the settings.
    pub(crate) fn load(&self) -> Result<Settings, SettingsError> {
        let (mut layers, mut problems) = (Layers::new(), Vec::new());
        let mut readable_by_others = false;
        if self.dev {
            dev::lay(&mut layers);
        } else {
            let (text, mode) = self.read()?;
            readable_by_others = mode & 0o077 != 0;
            layers.file(&text, &mut problems);
        }
        layers.environment(&self.environment, &mut problems);
        layers.flags(&self.flags, &mut problems);
        let reader = ProfileReader { layers: &layers, folder: self.folder(), dev: self.dev };
        if readable_by_others && reader.has_inline_secret() {
            let file = self.file.display();
            let message = format!(
                "it holds a secret and can be read by others: chmod 600 {file}, or put the secret in a file"
            );
            problems.push(Problem { key: String::new(), origin: None, message });
        }
        let settings = self.typed(layers, problems);
        let mut settings =
            settings.map_err(|problems| SettingsError::Wrong { place: self.place(), problems })?;
        check::warn(&mut settings);
        Ok(settings)
    }

    fn read(&self) -> Result<(String, u32), SettingsError> {
        let path = || self.file.clone();
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => SettingsError::Missing { path: path() },
            _ => SettingsError::Unreadable { path: path(), error },
        };
        let text = fs::read_to_string(&self.file).map_err(failed)?;
        let mode = fs::metadata(&self.file).map_err(failed)?.permissions().mode();
        Ok((text, mode))
    }

    fn typed(&self, layers: Layers, problems: Vec<Problem>) -> Result<Settings, Vec<Problem>> {
        let folder = self.folder();
        let mut from = Reading::new(&layers, folder, problems);
        let server = sections::server(&mut from, self.dev);
        let database = sections::database(&mut from, folder);
        let key = sections::key(&mut from, database.as_ref());
        let lifetime = sections::lifetime(&mut from);
        let sessions = sections::sessions(&mut from);
        let password = sections::password(&mut from);
        let login = sections::login(&mut from);
        let backends = sections::backends(&mut from);
        let compat = sections::compat(&mut from);
        let audit = sections::audit(&mut from, database.as_ref());
        let privacy = sections::privacy(&mut from);
        let cors = sections::cors(&mut from, self.dev);
        let log = sections::log(&mut from);
        let reader = ProfileReader { layers: &layers, folder, dev: self.dev };
        let profiles = reader.all(from.problems());
        if let Some(lifetime) = lifetime {
            check::caps(&mut from, lifetime, &profiles);
        }
        let problems = from.into_problems();
        let whole = || {
            let (warnings, dev) = (Vec::new(), self.dev);
            Some(Settings {
                layers,
                warnings,
                dev,
                server: server?,
                database: database?,
                key: key?,
                lifetime: lifetime?,
                sessions: sessions?,
                password: password?,
                login: login?,
                backends: backends?,
                compat: compat?,
                audit: audit?,
                privacy: privacy?,
                cors: cors?,
                log: log?,
                profiles,
            })
        };
        whole().filter(|_| problems.is_empty()).ok_or(problems)
    }
}

impl Settings {
    /// What keys are made by.
    pub(crate) fn rules(&self) -> Rules {
        Rules { lifetime: self.lifetime, profiles: self.profiles.clone() }
    }

    /// What the desk is opened with.
    pub(crate) fn desk(
        &self,
        clock: std::sync::Arc<dyn Clock>,
        ids: std::sync::Arc<dyn IdSource>,
    ) -> DeskOptions {
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
