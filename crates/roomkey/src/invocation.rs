//! One run of the program: where its settings come from, where its results go, and the desk that it opens.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use roomkey_claims::{SystemClock, SystemIds};
use roomkey_desk::authority::{Actor, Admin, Reads};
use roomkey_desk::desk::Desk;
use roomkey_desk::error::DeskError;
use roomkey_desk::log::integrate::Integrator;
use roomkey_desk::log::outlet::Outlet;

use crate::global::Global;
use crate::output::{self, Output};
use crate::settings::layers::PREFIX;
use crate::settings::{Settings, Sources};

/// The variable that names the settings file.
pub(crate) const CONFIG_VARIABLE: &str = "ROOMKEY_CONFIG";

/// How long a command waits for a running server to sign what is committed.
const SIGNED_WITHIN: Duration = Duration::from_secs(3);

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It did what it should.
    Done,
    /// It looked, and something is wrong.
    Wrong,
}

/// Where settings come from and results go.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// Where settings come from.
    pub(crate) sources: Sources,
    /// Where results go.
    pub(crate) output: Output,
}

/// A desk opened for one command.
#[derive(Debug)]
pub(crate) struct OpenDesk {
    /// The desk.
    pub(crate) desk: Desk,
    /// The person at the command line.
    pub(crate) actor: Actor,
    /// The node, as entries name it.
    node: String,
    /// The signed log, as the settings have it.
    pub(crate) audit: crate::settings::Audit,
}

impl OpenDesk {
    /// The person as an admin.
    pub(crate) fn admin(&self) -> Result<Admin, DeskError> {
        self.actor.admin()
    }

    /// Signs what is committed, unless a running server does; returns the size that is signed.
    pub(crate) fn sign_log(&self) -> anyhow::Result<u64> {
        let holder = format!("{} {}", self.node, std::process::id());
        let origin = self.audit.origin.clone();
        // What a command prints is its own.
        let outlet = Outlet { stdout: false, ..self.audit.outlet.clone() };
        let mut integrator = Integrator::passing(holder, origin, outlet);
        Ok(integrator.sign_all(&self.desk.ground, SIGNED_WITHIN)?)
    }

    /// Signs what is committed where that is possible; a frozen log is read as it is.
    pub(crate) fn try_sign_log(&self) {
        if let Err(error) = self.sign_log() {
            output::note(format!("what was committed last could not be signed: {error:#}"));
        }
    }

    /// The person as one who may read the log.
    pub(crate) fn reads(&self) -> Result<Reads, DeskError> {
        self.actor.reads_log()
    }
}

impl Invocation {
    /// The invocation with these flags and the environment.
    pub(crate) fn new(global: Global) -> Self {
        let Global { config, flags, dev, json } = global;
        let named = config.or_else(|| std::env::var_os(CONFIG_VARIABLE).map(PathBuf::from));
        let file = named.filter(|_| !dev).unwrap_or_else(|| PathBuf::from("roomkey.toml"));
        let sources = Sources { file, dev, flags, environment: environment() };
        Self { sources, output: Output { json } }
    }

    /// The settings, checked; warnings go to standard error.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        Ok(self.sources.load()?)
    }

    /// Opens the desk for one command, beside a running server or not.
    pub(crate) fn open(&self) -> anyhow::Result<OpenDesk> {
        let settings = self.settings()?;
        let mut options = settings.desk(Arc::new(SystemClock), Arc::new(SystemIds));
        // One command hashes one password at most.
        options.sessions.hash_threads = NonZeroUsize::MIN;
        options.store.readers = 1;
        let (desk, operator) = Desk::open(options)?;
        let actor = operator.actor();
        let node = settings.server.node.as_str().to_owned();
        Ok(OpenDesk { desk, actor, node, audit: settings.audit })
    }
}

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(future)
}

/// The variables that are settings; other variables are not looked at.
fn environment() -> BTreeMap<String, String> {
    let own = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
        Some((name, value))
    });
    let text = |value: &OsStr| value.to_string_lossy().into_owned();
    own.map(|(name, value)| (name, text(&value))).collect()
}

/// Says on standard error what came of a change, where a person reads it.
pub(crate) fn said(output: Output, text: &str) {
    if !output.json {
        output::note(text);
    }
}
