//! A database of a test's own, with a desk in it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use roomkey_audit::{Actor, NodeName};
use roomkey_claims::*;
use roomkey_storage::*;

pub(crate) use roomkey_claims::fixtures::{NOW, policy, publisher};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A database that is removed at the end of the test.
pub(crate) struct Database {
    pub(crate) folder: PathBuf,
    pub(crate) location: Location,
    server: Option<(String, String)>,
    pub(crate) clock: Arc<FixedClock>,
}

fn folder() -> (PathBuf, String) {
    let name =
        format!("roomkey_contract_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let folder = std::env::temp_dir().join(&name);
    std::fs::create_dir_all(&folder).unwrap();
    (folder, name)
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let (folder, _) = folder();
        let location = Location::Sqlite(folder.join("roomkey.db"));
        Self { folder, location, server: None, clock: Arc::new(FixedClock::new(NOW)) }
    }

    /// None where no server is at hand, which in CI is an error.
    pub(crate) fn postgres() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "the test's own switch")]
        let (url, ci) = (std::env::var("TEST_POSTGRES_URL").ok(), std::env::var("CI").is_ok());
        let Some(url) = url else {
            assert!(!ci, "TEST_POSTGRES_URL must be set in CI");
            return None;
        };
        let (folder, name) = folder();
        PgConnection::establish(&url)
            .unwrap()
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .unwrap();
        let (base, _) = url.rsplit_once('/').unwrap();
        let location = Location::Postgres(format!("{base}/{name}"));
        let key = folder.join("roomkey.key");
        Seal::read_or_make(&key, &SystemIds).unwrap();
        Some(Self {
            folder,
            location,
            server: Some((url, name)),
            clock: Arc::new(FixedClock::new(NOW)),
        })
    }

    pub(crate) fn options(&self) -> StoreOptions {
        let key = match &self.location {
            Location::Sqlite(_) => KeySource::BesideDatabase,
            Location::Postgres(_) => KeySource::File(self.folder.join("roomkey.key")),
        };
        StoreOptions {
            location: self.location.clone(),
            key,
            node: NodeName::try_from("node-1".to_owned()).unwrap(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            ids: Arc::new(SystemIds),
            queue: 64,
            readers: 4,
        }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(self.options()).unwrap()
    }

    /// A desk with a policy, user ada and a restricted room `stage-1` of which ada is a publisher.
    pub(crate) fn desk(&self) -> (Store, SubjectRef) {
        let store = self.open();
        let subject = SubjectRef::new(SystemIds.uuid_v4());
        let written = store.write(console(), move |writer| {
            writer.set_policy(&policy(), "roomkey test")?;
            writer.add_user(user("ada", subject))?;
            writer.add_room(&room("stage-1"))?;
            writer.put_member(&"stage-1".parse().unwrap(), &"ada".parse().unwrap(), &publisher())
        });
        assert_eq!(written.unwrap().wait().unwrap(), Some(3));
        (store, subject)
    }

    /// Runs SQL beside the store, as somebody who tampers would.
    pub(crate) fn tamper(&self, sql: &str) -> Result<(), String> {
        let result = match &self.location {
            Location::Sqlite(path) => diesel::SqliteConnection::establish(&path.to_string_lossy())
                .unwrap()
                .batch_execute(sql),
            Location::Postgres(url) => PgConnection::establish(url).unwrap().batch_execute(sql),
        };
        result.map_err(|error| error.to_string())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
        if let Some((url, name)) = &self.server {
            let dropped = PgConnection::establish(url)
                .unwrap()
                .batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
            dropped.unwrap();
        }
    }
}

pub(crate) fn console() -> Context {
    Context { by: Actor::Console { uid: 0 }, req: None }
}

pub(crate) fn user(name: &str, subject: SubjectRef) -> NewUser {
    NewUser {
        subject,
        username: name.parse().unwrap(),
        password: PasswordHash::try_from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned())
            .unwrap(),
        did: None,
        display_name: None,
        role: DeskRole::User,
    }
}

pub(crate) fn room(name: &str) -> Room {
    let settings = fixtures::room();
    Room { room: name.parse().unwrap(), settings }
}

pub(crate) const WAIT: Duration = Duration::from_secs(10);
