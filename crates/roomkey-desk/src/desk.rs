//! The desk: what every use case works with.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use roomkey_audit::Event;
use roomkey_auth::{
    HashSettings, Hasher, LoginLimits, LoginThrottle, PasswordPolicy, ProjectRules,
};
use roomkey_claims::{Clock, DeskRole, Facts, IdSource, Timestamp};
use roomkey_providers::Draft;
use roomkey_storage::{
    Context, OpenError, Pending, Reader, Store, StoreError, StoreOptions, WriteError, Writer,
};

use tokio::sync::{Mutex, Semaphore};

use crate::audit::watch::HeadWatch;
use crate::authority::{Actor, Admin};
use crate::error::OpsError;
use crate::meetings::first::Starting;
use crate::provider::call::Outbound;
use crate::sessions::visits::Privacy;
use crate::tally::Tally;
use crate::tokens::keyring::Keyring;
use crate::tokens::rules::Rules;
use crate::work::counts::Denials;

/// How long a caller waits for a commit before it is told that the outcome is unknown.
pub const COMMIT_DEADLINE: Duration = Duration::from_secs(2);

/// Reads that run or wait for a connection at once.
const READS: usize = 32;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// At most, whatever happens.
    pub absolute: Duration,
    /// Without use.
    pub idle: Duration,
}

/// What a desk is opened with.
#[derive(Debug)]
pub struct DeskOptions {
    /// The database.
    pub store: StoreOptions,
    /// What is asked of a new password.
    pub passwords: PasswordPolicy,
    /// How passwords are hashed.
    pub hashing: HashSettings,
    /// Threads that hash.
    pub hash_threads: NonZeroUsize,
    /// Most passwords that wait to be hashed; one more is refused at once.
    pub hash_queue: NonZeroUsize,
    /// Limits on logins.
    pub login_limits: LoginLimits,
    /// How long sessions last.
    pub sessions: SessionLifetimes,
    /// What is kept of whoever logs in, beside the entries.
    pub privacy: Privacy,
    /// Lifetimes of keys and provider profiles.
    pub rules: Rules,
    /// How strict the desk is with the project JWTs of backends.
    pub project_jwts: ProjectRules,
    /// Name and version of the software, for `policy.set`.
    pub software: String,
}

/// Why a desk cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The desk.
#[derive(Debug)]
pub struct Desk {
    store: Arc<Store>,
    hasher: Hasher,
    passwords: PasswordPolicy,
    throttle: LoginThrottle,
    sessions: SessionLifetimes,
    privacy: Privacy,
    rules: RwLock<Arc<InForce>>,
    project_jwts: ProjectRules,
    pub(crate) outbound: Outbound,
    pub(crate) starting: Starting,
    /// When visits that are too old were looked for last, in microseconds.
    pub(crate) visits_swept: std::sync::atomic::AtomicI64,
    pub(crate) bundle_readers: std::sync::Mutex<BTreeMap<roomkey_audit::Actor, Timestamp>>,
    software: String,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// How many reads may run or wait for a connection at once; the others wait for a place.
    reads: Arc<Semaphore>,
    /// When a commit was last tried for a check of readiness, and how that went.
    pub(crate) last_commit: Mutex<Option<(Timestamp, Result<(), String>)>>,
    /// The end of the log, for whoever waits for more of it.
    pub(crate) head: Arc<HeadWatch>,
    pub(crate) denials: Arc<Denials>,
    pub(crate) failed_logins: Tally<String>,
}

/// The rules with the keyring that is made of them: swapped together.
#[derive(Debug)]
pub(crate) struct InForce {
    pub(crate) rules: Rules,
    pub(crate) keyring: Keyring,
}

impl InForce {
    fn new(rules: Rules) -> Self {
        Self { keyring: Keyring::new(&rules), rules }
    }

    /// Whether this node has the key of a draft, and the account as the policy in force has it: a node whose settings
    /// are behind would sign for another account.
    pub(crate) fn can_sign(&self, facts: &Facts, draft: &Draft) -> bool {
        let policy = facts.policy.as_deref();
        let in_force = policy.and_then(|policy| policy.profiles.get(draft.profile()));
        let here = self.rules.profiles.get(draft.profile()).map(|configured| &configured.profile);
        in_force == here && self.keyring.holds(draft)
    }
}

impl Desk {
    /// Opens the database and starts the threads that commit and that hash. It blocks.
    pub fn open(options: DeskOptions) -> Result<Self, DeskError> {
        let DeskOptions {
            store,
            passwords,
            hashing,
            hash_threads,
            hash_queue,
            login_limits,
            sessions,
            privacy,
            rules,
            project_jwts,
            software,
        } = options;
        let (clock, ids) = (Arc::clone(&store.clock), Arc::clone(&store.ids));
        Ok(Self {
            store: Arc::new(Store::open(store)?),
            hasher: Hasher::start(hashing, hash_threads, hash_queue, Arc::clone(&ids)),
            passwords,
            throttle: LoginThrottle::new(login_limits, Arc::clone(&clock)),
            sessions,
            privacy,
            rules: RwLock::new(Arc::new(InForce::new(rules))),
            project_jwts,
            outbound: Outbound::new(),
            starting: Starting::default(),
            visits_swept: std::sync::atomic::AtomicI64::new(0),
            bundle_readers: std::sync::Mutex::default(),
            software,
            clock,
            ids,
            reads: Arc::new(Semaphore::new(READS)),
            last_commit: Mutex::new(None),
            head: Arc::new(HeadWatch::new()),
            denials: Arc::new(Denials::new()),
            failed_logins: Tally::new(),
        })
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The database, for work on another thread.
    pub(crate) fn store_shared(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// The pool that hashes passwords.
    pub const fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// The time.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Randomness.
    pub fn ids(&self) -> &dyn IdSource {
        self.ids.as_ref()
    }

    pub(crate) const fn passwords(&self) -> &PasswordPolicy {
        &self.passwords
    }

    pub(crate) const fn throttle(&self) -> &LoginThrottle {
        &self.throttle
    }

    pub(crate) const fn project_jwts(&self) -> ProjectRules {
        self.project_jwts
    }

    pub(crate) const fn sessions(&self) -> SessionLifetimes {
        self.sessions
    }

    pub(crate) const fn privacy(&self) -> Privacy {
        self.privacy
    }

    pub(crate) fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts the rules of the settings in force where the log's latest policy differs; returns the index of the entry
    /// that set what is in force now.
    pub async fn apply_rules(&self) -> Result<u64, OpsError> {
        let (policy, software) = (self.in_force().rules.policy(), self.software.clone());
        self.write(Context::SYSTEM, move |writer| writer.set_policy(&policy, &software)).await
    }

    /// Takes new rules over, then puts them in force.
    pub async fn reload(&self, rules: Rules) -> Result<u64, OpsError> {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(InForce::new(rules));
        self.apply_rules().await
    }

    /// Puts the rules in force where the log has no policy yet; fails where it has another one.
    ///
    /// For the command line, which must not take a policy from under a running server.
    pub async fn adopt_rules(&self) -> Result<u64, OpsError> {
        match self.read(|reader| reader.policy()).await? {
            None => self.apply_rules().await,
            Some(current) if current.policy == self.in_force().rules.policy() => Ok(current.index),
            Some(current) => Err(OpsError::PolicyDiffers { index: current.index }),
        }
    }

    /// Reads a token back with the keys of the settings.
    pub fn inspect(&self, token: &str) -> Result<roomkey_providers::Inspection, OpsError> {
        self.in_force().keyring.inspect(token).map_err(|_| OpsError::NotAToken)
    }

    /// Ends every wait for more of the log: for when the server stops.
    pub fn stop_waiting(&self) {
        self.head.stop();
    }

    /// What reads without the desk.
    pub(crate) fn reading(&self) -> Reading {
        Reading { store: Arc::clone(&self.store), places: Arc::clone(&self.reads) }
    }

    /// Reads on a thread that may block, in a bounded time and with bounded company.
    pub(crate) async fn read<T, F>(&self, read: F) -> Result<T, OpsError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.reading().read(read).await
    }

    /// Makes a change on the authority of an admin, which is checked once more in the transaction.
    pub(crate) async fn change<T, F>(&self, admin: &Admin, change: F) -> Result<T, OpsError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
    {
        let change = move |writer: &mut Writer<'_>| {
            writer.require(&[DeskRole::Admin])?;
            change(writer)
        };
        self.write(admin.actor().context(), change).await
    }

    /// Records what changes nothing, on an authority that is checked once more in the transaction.
    pub(crate) async fn record(&self, actor: &Actor, event: Event) -> Result<u64, OpsError> {
        let reading = matches!(event, Event::AuditRead { .. } | Event::AuditExported { .. });
        let recorded = self.write(actor.context(), move |writer| {
            if reading {
                writer.require(&[DeskRole::Auditor, DeskRole::Admin])?;
            } else {
                writer.require_somebody()?;
            }
            Ok(writer.record(event)?)
        });
        match recorded.await {
            // Somebody has to look into it: a frozen log is read, though nothing can be recorded.
            Err(OpsError::Store(StoreError::Frozen(reason))) if reading => {
                tracing::warn!(%reason, by = ?actor.context().by, "a frozen log is read, which cannot be recorded");
                Ok(self.read(|reader| reader.head()).await?.next_index)
            }
            recorded => recorded,
        }
    }

    /// Writes, and waits for the commit.
    pub(crate) async fn write<T, F>(&self, context: Context, write: F) -> Result<T, OpsError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
    {
        Ok(committed(self.store.write(context, write)?).await?)
    }

    /// The truncated address for entries.
    pub(crate) fn address(from: IpAddr) -> roomkey_audit::Actor {
        roomkey_audit::Actor::Address { prefix: roomkey_auth::address_prefix(from) }
    }
}

/// The means to read the database.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    store: Arc<Store>,
    places: Arc<Semaphore>,
}

impl Reading {
    /// Reads on a thread that may block, in a bounded time and with bounded company.
    pub(crate) async fn read<T, F>(self, read: F) -> Result<T, OpsError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let Self { store, places } = self;
        let reading = async move {
            let permit = places.acquire_owned().await.map_err(|_| StoreError::Stopped)?;
            let blocking = tokio::task::spawn_blocking(move || {
                let result = store.read(read);
                drop(permit);
                result
            });
            blocking.await.map_err(|_| StoreError::Panicked)?
        };
        Ok(tokio::time::timeout(COMMIT_DEADLINE, reading).await.unwrap_or(Err(StoreError::Slow))?)
    }
}

/// Waits for a commit, at most [`COMMIT_DEADLINE`].
pub(crate) async fn committed<T, E: From<StoreError>>(pending: Pending<T, E>) -> Result<T, E> {
    tokio::time::timeout(COMMIT_DEADLINE, pending)
        .await
        .unwrap_or_else(|_| Err(StoreError::Deadline.into()))
}
