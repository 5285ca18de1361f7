//! A stand-in for the REST servers of OpenTok and Vonage Video, as their documentation and SDKs describe them.
//!
//! It knows one project of each kind, checks every request as strictly as the vendor says it does, notes it, and fails
//! in the ways in which networks and vendors fail when a test says so.

pub mod credentials;

mod serve;

mod archive;
mod auth;
mod http;
mod session;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Map, Value};

pub use credentials::Credentials;

use crate::wait;
use archive::Archive;

/// A running stand-in on the loopback; ended with its value.
#[derive(Debug)]
pub struct Vendor {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// A request that came, as it was judged.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub method: String,
    pub path: String,
    pub query: Map<String, Value>,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// The claims of the token that it came with, whether or not that was accepted; null where there were none.
    pub claims: Value,
    /// The status of the answer; none where a failure was played that has none.
    pub status: Option<u16>,
}

/// A way to fail, played instead of an answer.
#[derive(Debug, Clone)]
pub enum Failure {
    /// An answer with this status and an error as the vendor words it.
    Status(u16),
    /// No answer, ever.
    Hang,
    /// The connection is closed without an answer.
    Close,
    /// Status 200 with this body, said to be JSON.
    Body(Vec<u8>),
    /// Status 302 to this address.
    Redirect(String),
    /// A session of another project.
    ForeignSession(String),
    /// What is asked for is done, but the answer comes this much later.
    Late(Duration),
}

/// What the connections share.
#[derive(Debug)]
struct Shared {
    credentials: Credentials,
    has_ended: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<Recorded>,
    failures: VecDeque<Failure>,
    gone: BTreeSet<String>,
    sessions: Vec<String>,
    archives: Vec<Archive>,
}

impl Vendor {
    /// Starts one with a fresh project of each kind.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_for(Credentials::fresh()?)
    }

    /// Starts one that knows these projects.
    pub fn start_for(credentials: Credentials) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let has_ended = AtomicBool::new(false);
        let shared = Arc::new(Shared { credentials, has_ended, state: Mutex::default() });
        let thread = thread::Builder::new().name("vendor".into()).spawn({
            let shared = Arc::clone(&shared);
            move || serve::listen(&listener, &shared)
        })?;
        Ok(Self { address, shared, thread: Some(thread) })
    }

    /// Its address, as a provider's `api_url` or an SDK's host has it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn credentials(&self) -> &Credentials {
        &self.shared.credentials
    }

    /// The requests that came so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.state().requests.clone()
    }

    /// Forgets the requests that came so far.
    pub fn forget(&self) {
        self.shared.state().requests.clear();
    }

    /// The ids of the sessions that it made.
    pub fn sessions(&self) -> Vec<String> {
        self.shared.state().sessions.clone()
    }

    /// Plays a failure in answer to the next requests, after those that are planned already.
    pub fn fail(&self, failure: &Failure, times: usize) {
        self.shared.state().failures.extend(std::iter::repeat_n(failure.clone(), times));
    }

    /// Plans no more failures.
    pub fn recover(&self) {
        self.shared.state().failures.clear();
    }

    /// A connection left its session: to disconnect it is answered 404.
    pub fn leave(&self, connection: &str) {
        self.shared.state().gone.insert(connection.to_owned());
    }

    /// Puts a recording into the archive of the API key; its id comes back.
    pub fn record(&self, session: &str, status: &str) -> String {
        let archive = Archive::new(session, status);
        let id = archive.id.clone();
        // The newest comes first in lists.
        self.shared.state().archives.insert(0, archive);
        id
    }

    /// The ids of the recordings, the newest first.
    pub fn archives(&self) -> Vec<String> {
        self.shared.state().archives.iter().map(|archive| archive.id.clone()).collect()
    }

    /// Waits until a request came that `wanted` is true of, and returns it.
    pub fn wait_for(
        &self,
        what: &str,
        wanted: impl Fn(&Recorded) -> bool,
    ) -> anyhow::Result<Recorded> {
        wait::until(what, wait::SOON, || Ok(self.requests().into_iter().find(&wanted)))
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.shared.has_ended.store(true, Ordering::SeqCst);
        // The listener looks up when somebody comes.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::SeqCst)
    }
}
