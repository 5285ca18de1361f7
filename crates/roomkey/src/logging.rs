//! Diagnostics: to standard error and to rolling files, never on the path of the record.
//!
//! Both writers drop lines rather than hold a request up; how many is a metric.

use std::fs::DirBuilder;
use std::io::{self, IsTerminal};
use std::os::unix::fs::DirBuilderExt;
use std::panic;

use anyhow::Context;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, WorkerGuard};
use tracing_appender::rolling::{self, RollingFileAppender};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::settings::{Log, LogFormat, Rotation};

/// What keeps the writers alive: dropped, they write what they still have.
#[derive(Debug)]
pub(crate) struct Logging {
    _guards: Vec<WorkerGuard>,
    dropped: Vec<ErrorCounter>,
}

impl Logging {
    /// The counters of lines that were dropped.
    pub(crate) fn dropped(&self) -> Vec<ErrorCounter> {
        self.dropped.clone()
    }
}

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

/// Diagnostics of a single command: warnings, on standard error.
pub(crate) fn for_command() {
    let layer =
        fmt::layer().with_writer(io::stderr).with_ansi(false).without_time().with_target(false);
    tracing_subscriber::registry().with(layer.with_filter(LevelFilter::WARN)).init();
    hook();
}

/// Diagnostics of the server.
pub(crate) fn for_server(log: &Log) -> anyhow::Result<Logging> {
    let (stderr, guard) = NonBlocking::new(io::stderr());
    let mut dropped = vec![stderr.error_counter()];
    let mut guards = vec![guard];
    let mut layers = vec![layer(log, stderr, io::stderr().is_terminal())?];
    if log.folder.is_some() {
        let (file, guard) = NonBlocking::new(appender(log)?);
        dropped.push(file.error_counter());
        guards.push(guard);
        layers.push(layer(log, file, false)?);
    }
    tracing_subscriber::registry().with(layers).init();
    hook();
    Ok(Logging { _guards: guards, dropped })
}

fn layer<W>(log: &Log, writer: W, ansi: bool) -> anyhow::Result<Boxed>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&log.level)?;
    let layer = fmt::layer().with_writer(writer).with_ansi(ansi);
    Ok(match log.format {
        LogFormat::Text => layer.with_filter(filter).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_filter(filter).boxed(),
    })
}

fn appender(log: &Log) -> anyhow::Result<RollingFileAppender> {
    let folder = log.folder.as_deref().context("no folder of log files")?;
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("the folder of log files {} cannot be made", folder.display()))?;
    let rotation = match log.rotation {
        Rotation::Daily => rolling::Rotation::DAILY,
        Rotation::Hourly => rolling::Rotation::HOURLY,
        Rotation::Never => rolling::Rotation::NEVER,
    };
    let builder = RollingFileAppender::builder().rotation(rotation).max_log_files(log.keep);
    let appender = builder.filename_prefix("roomkey").filename_suffix("log").build(folder);
    appender.with_context(|| format!("no log file can be written in {}", folder.display()))
}

/// Where a thread panicked, without the message, which may hold what must not be logged.
fn hook() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, ToString::to_string);
        let thread = std::thread::current();
        tracing::error!(place, thread = thread.name().unwrap_or("unnamed"), "a thread panicked");
    }));
}
