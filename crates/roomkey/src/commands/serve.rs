//! `roomkey serve`.

mod first_admin;
mod listener;
mod meters;
mod reload;
mod signals;

use std::sync::Arc;

use actix_web::dev::{Server, ServerHandle};
use actix_web::rt::task::spawn_blocking;
use actix_web::rt::{self, System};
use anyhow::Context;
use clap::Args;
use roomkey_api::{HttpSettings, metrics_app};
use roomkey_claims::{Clock, SystemClock, SystemIds};
use roomkey_desk::desk::Desk;
use roomkey_desk::log::integrate::Integrator;
use roomkey_desk::log::recover;
use roomkey_desk::work::counts::RecordCounts;
use roomkey_desk::work::job::Job;
use roomkey_desk::work::sign::SignLog;
use roomkey_desk::work::supervisor::Work;
use roomkey_desk::work::sweep::Sweep;

use crate::invocation::{End, Invocation};
use crate::settings::{Settings, Sources, check, software};
use crate::{logging, output};
use meters::Meters;
use signals::Wish;

/// Where to listen, over the settings.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roomkey --config /etc/roomkey/roomkey.toml serve\n  roomkey serve --dev\n\n\
    When it is ready it prints `roomkey listening on http://…` and `metrics on http://…` to standard output.\n\
    SIGHUP reads lifetimes and provider keys again; SIGTERM and SIGINT finish what is in flight, then end it.\n\
    With --dev everything is under ./data, the profile `dev` fits `livekit-server --dev`, and the first start prints\n\
    the password of the admin `root` once."
)]
pub(crate) struct ServeArgs {
    /// Where the API listens, such as 127.0.0.1:8080; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where the metrics are read, such as 127.0.0.1:9090, or off
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<String>,
}

/// Serves until a signal ends it.
pub(crate) fn run(invocation: &Invocation, args: ServeArgs) -> anyhow::Result<End> {
    let mut sources = invocation.sources.clone();
    let ServeArgs { listen, metrics_listen } = args;
    sources.flags.extend(listen.map(|address| format!("server.listen={address}")));
    sources.flags.extend(metrics_listen.map(|address| format!("server.metrics_listen={address}")));
    let settings = sources.load()?;
    let (wrong, warnings) = check::keys(&settings.profiles, SystemClock.now());
    if !wrong.is_empty() {
        anyhow::bail!(wrong.join("; "));
    }
    let logging = logging::for_server(&settings.log)?;
    for warning in settings.warnings.iter().chain(&warnings) {
        tracing::warn!("{warning}");
    }
    if settings.dev {
        tracing::warn!(
            "--dev: NOT FOR PRODUCTION: a published provider key signs, pages of any origin may ask"
        );
    }
    let meters = Meters::install(logging.dropped())?;
    let end = System::new().block_on(serve(sources, settings, meters));
    // What the diagnostics still have is written when their guards go.
    drop(logging);
    end
}

async fn serve(sources: Sources, settings: Settings, meters: Meters) -> anyhow::Result<End> {
    let mut wishes = signals::listen()?;
    let api = listener::bind(settings.server.listen, "--listen")?;
    let metrics = settings.server.metrics_listen;
    let metrics = metrics.map(|address| listener::bind(address, "--metrics-listen")).transpose()?;
    let (desk, sign, policy) = open(&settings).await?;

    let (address, metrics_address) =
        (api.local_addr()?, metrics.as_ref().map(std::net::TcpListener::local_addr));
    let server = roomkey_api::serve(Arc::clone(&desk), http(&settings), api)?;
    let metrics =
        metrics.map(|listener| metrics_app(meters.render(&desk), listener)).transpose()?;
    let (handle, metrics) = (wishes.watch(server), metrics.map(in_background));
    let jobs: Vec<Box<dyn Job>> = vec![
        Box::new(sign),
        Box::new(RecordCounts),
        Box::new(Sweep { holder: holder(&settings) }),
        Box::new(meters.upkeep()),
    ];
    let work = Work::start(&desk, jobs);
    reload::warn_of_rooms(&desk).await;
    tracing::info!(%address, node = settings.server.node.as_str(), ?policy, software = software(), "ready");
    let mut ready = format!("roomkey listening on http://{address}");
    if let Some(address) = metrics_address.transpose()? {
        ready = format!("{ready}\nmetrics on http://{address}");
    }
    output::line(&ready)?;

    let mut stopping = false;
    loop {
        match wishes.next().await {
            Wish::Reload => reload::reload(&sources, &desk).await,
            Wish::Stop => {
                tracing::info!("stopping: what is in flight is finished first");
                desk.log.stop_waiting();
                // A second signal does not wait for it.
                rt::spawn(handle.stop(!stopping));
                stopping = true;
            }
            Wish::Ended(result) => {
                result?;
                break;
            }
        }
    }
    // Not aborted: what a job has taken out of the counts, it writes.
    work.stop().await;
    if let Some(metrics) = metrics {
        metrics.stop(false).await;
    }
    tracing::info!("stopped");
    Ok(End::Done)
}

/// Opens the desk and makes it ready, with the job that signs its log and the entry that set its policy.
///
/// The operator's authority ends here: the server has none but that of the credentials in requests.
async fn open(settings: &Settings) -> anyhow::Result<(Arc<Desk>, SignLog, Option<u64>)> {
    let (desk, operator) = Desk::open(settings.desk(Arc::new(SystemClock), Arc::new(SystemIds)))?;
    let sign = sign_log(&desk, settings).await?;
    let policy = policy(&desk).await?;
    first_admin::ensure(&desk, &operator, settings.dev).await?;
    Ok((Arc::new(desk), sign, policy))
}

/// Puts the rules in force and says by which entry; on a frozen log nothing is written, and what is there is served.
async fn policy(desk: &Desk) -> anyhow::Result<Option<u64>> {
    if let Some(reason) = recover::frozen(&desk.ground).await? {
        tracing::error!(reason, "the log is frozen: nothing is issued until it is recovered");
        return Ok(None);
    }
    Ok(Some(desk.tokens.apply_rules(&desk.ground).await?))
}

fn http(settings: &Settings) -> HttpSettings {
    let (origins, proxies) = (settings.cors.clone(), settings.server.behind_proxy.clone());
    HttpSettings {
        compat: settings.compat.clone(),
        open_log: settings.audit.open,
        workers: settings.server.workers.get(),
        request_timeout: settings.server.request_timeout,
        ..HttpSettings::new(origins, proxies)
    }
}

fn in_background(server: Server) -> ServerHandle {
    let handle = server.handle();
    rt::spawn(server);
    handle
}

/// The holder of this process's leases: two processes of one node must not hold one.
fn holder(settings: &Settings) -> String {
    format!("{} {}", settings.server.node.as_str(), std::process::id())
}

/// The job that signs the log, after its first look: before anything is issued.
async fn sign_log(desk: &Desk, settings: &Settings) -> anyhow::Result<SignLog> {
    let (origin, outlet) = (settings.audit.origin.clone(), settings.audit.outlet.clone());
    let integrator = Integrator::lasting(holder(settings), origin, outlet);
    let ground = desk.ground.clone();
    let looked = spawn_blocking(move || SignLog::first_look(&ground, integrator));
    let looked = looked.await.context("the integrator panicked")?;
    looked.context("the log could not be compared with its last checkpoint")
}
