//! A row of the table of jobs.

use std::time::Duration;

/// A row of the table of jobs.
#[derive(Debug, PartialEq, Eq)]
pub struct JobKind {
    /// Its name, in metrics and in `/readyz`.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// How long it waits after a run.
    pub period: Duration,
    /// The lease that keeps it to one node at a time, where it has one.
    pub lease: Option<&'static str>,
    /// How long it may fail until the desk is not ready; `None` where tokens can be issued without it.
    pub grace: Option<Duration>,
}
