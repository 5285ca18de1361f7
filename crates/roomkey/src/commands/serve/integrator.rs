//! The thread that signs the log: one look after the other, until the server stops.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use anyhow::Context;
use roomkey_desk::desk::Desk;
use roomkey_desk::log::{Integrator, Step};

use crate::settings::Settings;

/// How long the log may be ahead of its checkpoint, while it grows.
const LOOK: Duration = Duration::from_millis(500);

/// How often another node, or a person, is waited for.
const WAIT: Duration = Duration::from_secs(2);

/// The running thread.
#[derive(Debug)]
pub(super) struct Running {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Running {
    /// Signs what is left, then ends the thread.
    pub(super) fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the integrator panicked");
        }
    }
}

/// Looks for the first time, before anything is issued: a log that does not match is frozen by then.
pub(super) async fn first_look(
    desk: &Arc<Desk>,
    settings: &Settings,
) -> anyhow::Result<Integrator> {
    // Two processes of one node must not hold one lease.
    let holder = format!("{} {}", settings.server.node.as_str(), std::process::id());
    let (origin, outlet) = (settings.audit.origin.clone(), settings.audit.outlet.clone());
    let mut integrator = Integrator::lasting(holder, origin, outlet);
    let desk = Arc::clone(desk);
    let looked = spawn_blocking(move || {
        // Whoever integrates now: keys are issued here too.
        match desk.check_log(&mut integrator) {
            Ok(_) => drop(look(&desk, &mut integrator)),
            Err(error) => return Err(error),
        }
        Ok(integrator)
    });
    let looked = looked.await.context("the integrator panicked")?;
    looked.context("the log could not be compared with its last checkpoint")
}

/// Starts the thread.
pub(super) fn start(desk: Arc<Desk>, mut integrator: Integrator) -> anyhow::Result<Running> {
    let (stop, stopped) = mpsc::channel::<()>();
    let run = move || {
        loop {
            let pause = look(&desk, &mut integrator);
            match stopped.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // What was committed until now is signed, as far as one look goes.
        look(&desk, &mut integrator);
        if let Err(error) = desk.let_go(&integrator) {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "the lease runs out by itself"
            );
        }
    };
    let thread = std::thread::Builder::new().name("integrator".to_owned()).spawn(run);
    Ok(Running { stop, thread: thread.context("the integrator could not be started")? })
}

/// Looks until nothing is left to sign; returns how long to wait.
fn look(desk: &Desk, integrator: &mut Integrator) -> Duration {
    match desk.integrate(integrator) {
        Ok(Step::Moved { size }) => {
            metrics::gauge!("roomkey_log_signed_size").set(exact(size));
            LOOK
        }
        Ok(Step::Idle) => LOOK,
        Ok(Step::Elsewhere | Step::Frozen(_)) => WAIT,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the log could not be signed"
            );
            WAIT
        }
    }
}

/// A size as a metric: exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
fn exact(size: u64) -> f64 {
    size as f64
}
