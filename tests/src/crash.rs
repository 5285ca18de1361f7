//! SIGKILL at random moments under load: no key that a client got may be missing from the log, and none of what was
//! signed is taken back.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use roomkey_audit::replay;
use roomkey_audit::tree::proof::TreeHead;
use roomkey_claims::{IdSource, SystemIds};
use serde_json::Value;
use tokio::runtime;
use tokio::task::JoinSet;

use crate::database::Kind;
use crate::desk::Desk;
use crate::load::{Connection, request};
use crate::log::Log;
use crate::outsider::Outsider;
use crate::{scene, token};

/// How many clients issue at once.
const CLIENTS: usize = 64;

/// Between the first key of a run and the kill: at least, and how much more at random, in milliseconds.
const BEFORE_KILL: (u64, u64) = (20, 400);

/// What a whole crash test saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survived {
    pub runs: u32,
    /// Keys that clients got.
    pub received: usize,
    /// Keys in the log; at least as many.
    pub recorded: usize,
}

/// Keys that clients got: issuance id and fingerprint.
type Received = Arc<Mutex<BTreeMap<String, String>>>;

/// Kills the desk `runs` times; an error if a key is missing from the log, an index is, or replay is not clean.
pub fn run(
    kind: Kind,
    runs: u32,
    mut progress: impl FnMut(u32, usize),
) -> anyhow::Result<Survived> {
    let desk = scene::desk_on_disk(kind)?;
    // With PostgreSQL too.
    desk.set("audit", "checkpoint_file", "\"roomkey.checkpoint\"")?;
    desk.set("audit", "open", "true")?;
    let mut server = desk.serve()?;
    let outsider = Outsider::new(&server, server.anonymous())?;
    let mut kept = outsider.checkpoint_over(0)?.head();
    let bearer = server.user("ada")?.bearer().to_owned();
    let received = Received::default();
    for number in 1..=runs {
        let address: SocketAddr = server.address().parse()?;
        let body = r#"{"roomId":"stage-1"}"#;
        let bytes = request(server.address(), "/livekit/token", &bearer, Some(body));
        let before = count(&received);
        let stop = Arc::new(AtomicBool::new(false));
        let clients = {
            let (stop, received) = (Arc::clone(&stop), Arc::clone(&received));
            thread::spawn(move || issue(address, &bytes, &stop, &received))
        };
        crate::wait::until("a first key", crate::wait::SOON, || {
            if clients.is_finished() {
                bail!("the clients gave up before the desk was killed");
            }
            Ok((before < count(&received)).then_some(()))
        })?;
        thread::sleep(Duration::from_millis(BEFORE_KILL.0 + random_below(BEFORE_KILL.1)));
        let seen = outsider.with(server.anonymous()).checkpoint()?.head();
        let desk = server.kill();
        stop.store(true, Ordering::Relaxed);
        clients.join().map_err(|_| anyhow::anyhow!("the clients panicked"))??;
        server = desk.serve().context("after a kill")?;
        let outsider = outsider.with(server.anonymous());
        outsider.continues(&kept, &seen).context("before a kill")?;
        kept = verified(&outsider, &server, &seen).context("the signed log after a kill")?;
        progress(number, count(&received));
    }
    let log = Log::export(&server)?;
    log.check()?;
    let recorded: BTreeMap<&str, Option<&str>> = log
        .lines()
        .iter()
        .filter_map(|line| Some((line.issuance.as_deref()?, line.entry["fp"].as_str())))
        .collect();
    let received = received.lock().unwrap_or_else(PoisonError::into_inner);
    for (issuance, fingerprint) in received.iter() {
        let known = recorded.get(issuance.as_str());
        let known = known.with_context(|| format!("key {issuance} is missing from the log"))?;
        if *known != Some(fingerprint.as_str()) {
            bail!("key {issuance} is recorded with another fingerprint: {known:?}");
        }
    }
    Ok(Survived { runs, received: received.len(), recorded: recorded.len() })
}

/// The signed log as it is found after a kill: whole, a continuation of what was seen before and let out, and every key
/// in it due to whoever got it.
fn verified(outsider: &Outsider, desk: &Desk, seen: &TreeHead) -> anyhow::Result<TreeHead> {
    let out = outsider.open(&fs::read(desk.path("roomkey.checkpoint"))?)?.head();
    let head = outsider.checkpoint()?.head();
    outsider.continues(seen, &head)?;
    outsider.continues(&out, &head)?;
    let entries = outsider.verify(&head)?;
    let report = replay((0..).zip(entries.iter().map(Vec::as_slice)));
    if let Some(violation) = report.violations.first() {
        bail!("replay: {violation}");
    }
    Ok(head)
}

fn count(received: &Received) -> usize {
    received.lock().unwrap_or_else(PoisonError::into_inner).len()
}

fn random_below(bound: u64) -> u64 {
    let mut bytes = [0; 8];
    SystemIds.fill(&mut bytes);
    u64::from_le_bytes(bytes) % bound.max(1)
}

/// Issues from all clients until the desk is gone.
fn issue(
    address: SocketAddr,
    bytes: &[u8],
    stop: &Arc<AtomicBool>,
    received: &Received,
) -> anyhow::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let (bytes, stop, received) = (bytes.to_vec(), Arc::clone(stop), Arc::clone(received));
            clients.spawn(async move { issue_one(address, &bytes, &stop, &received).await });
        }
        while let Some(client) = clients.join_next().await {
            client??;
        }
        Ok(())
    })
}

async fn issue_one(
    address: SocketAddr,
    bytes: &[u8],
    stop: &AtomicBool,
    received: &Received,
) -> anyhow::Result<()> {
    // A broken connection is the kill; how it looks is no matter.
    let Ok(mut connection) = Connection::open(address).await else { return Ok(()) };
    while !stop.load(Ordering::Relaxed) {
        let Ok((status, body)) = connection.exchange(bytes).await else { break };
        // Busy is an answer without a key.
        if status == 503 {
            continue;
        }
        if status != 200 {
            bail!("status {status}: {}", String::from_utf8_lossy(body));
        }
        let answer: Value = serde_json::from_slice(body)?;
        let text = |name: &str| answer[name].as_str().with_context(|| format!("no {name}"));
        let (issuance, fingerprint) = (text("issuanceId")?, token::fingerprint(text("token")?)?);
        let mut received = received.lock().unwrap_or_else(PoisonError::into_inner);
        received.insert(issuance.to_owned(), fingerprint);
    }
    Ok(())
}

/// One line about what was seen.
pub fn summary(kind: Kind, survived: Survived) -> String {
    let Survived { runs, received, recorded } = survived;
    let unasked = recorded.saturating_sub(received);
    format!(
        "{}: killed {runs} times; {received} keys reached a client and every one of them is in the log, with {unasked} \
         more whose answers were cut off; no gap, \
         and the signed log verified and replayed after every kill",
        kind.as_str()
    )
}

/// The databases to try; the second one is named as missing rather than left out silently.
pub fn kinds() -> anyhow::Result<Vec<Kind>> {
    let kinds = Kind::available()?;
    if kinds.len() < 2 {
        eprintln!("PostgreSQL is left out: TEST_POSTGRES_URL is not set");
    }
    Ok(kinds)
}
