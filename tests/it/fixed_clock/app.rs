//! A desk with one admin (`root`), one user (`ada`), one auditor (`eve`) and the restricted room `stage-1`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::{App as ActixApp, test, web};
use anyhow::ensure;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use roomkey_api::{AllowedOrigins, HttpSettings, configure};
use roomkey_audit::{Entry, NodeName};
use roomkey_auth::{HashSettings, LoginLimits, PasswordPolicy, ProjectRules};
use roomkey_claims::*;
use roomkey_desk::audit::export;
use roomkey_desk::audit::export::ExportRange;
use roomkey_desk::authority::Operator;
use roomkey_desk::desk::Desk;
use roomkey_desk::desk::DeskOptions;
use roomkey_desk::sessions::visits::{Privacy, Visits};
use roomkey_desk::sessions::{SessionLifetimes, SessionOptions};
use roomkey_desk::tokens::rules::Rules;
use roomkey_desk::users::{self, NewUserRequest};
use roomkey_providers::{Section, SectionKey};
use roomkey_storage::{KeySource, Location, StoreOptions};
use roomkey_tests::database::Database;
use roomkey_tests::place::Folder;
use roomkey_tests::{Answer, Kind};
use secrecy::SecretString;
use serde_json::{Value, json};

/// 2027-01-15T08:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub(crate) const PASSWORD: &str = "violet tram over seven bridges";

pub(crate) struct App {
    pub(crate) desk: web::Data<Desk>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) operator: Operator,
    place: Rc<Place>,
}

/// Where a desk keeps its things; removed with the last desk on it.
struct Place {
    folder: Folder,
    database: Option<Database>,
}

impl Place {
    fn new(kind: Kind) -> anyhow::Result<Self> {
        let database = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Database::new(None)?),
        };
        Ok(Self { folder: Folder::new()?, database })
    }

    fn location(&self) -> Location {
        match &self.database {
            None => Location::Sqlite(self.folder.path().join("roomkey.db")),
            Some(database) => Location::Postgres(database.url().to_owned()),
        }
    }

    /// Given on both databases: a desk that makes one takes it from the same ids as everything else.
    fn key(&self) -> PathBuf {
        self.folder.path().join("roomkey.key")
    }
}

/// A LiveKit profile with these keys: id, state, end.
pub(crate) fn rules(keys: &[(&str, KeyState, Option<Timestamp>)]) -> Rules {
    let keys = keys
        .iter()
        .map(|(id, state, not_after)| SectionKey {
            id: (*id).to_owned(),
            secret: SecretString::from(format!("{id:->32}")),
            state: *state,
            not_after: *not_after,
        })
        .collect();
    let values = BTreeMap::from([("url".to_owned(), json!("wss://rtc.example.org"))]);
    let livekit = roomkey_providers::find("livekit").unwrap();
    let configured = (livekit.configure)(&Section { values, keys, dev: false }).unwrap();
    Rules {
        lifetime: Bounds::new(60, 300, 3600).unwrap(),
        profiles: BTreeMap::from([("stage".parse().unwrap(), configured)]),
    }
}

impl App {
    pub(crate) async fn new(kind: Kind) -> anyhow::Result<Self> {
        let place = Place::new(kind)?;
        std::fs::write(place.key(), "7".repeat(64))?;
        std::fs::set_permissions(place.key(), std::fs::Permissions::from_mode(0o600))?;
        let clock = Arc::new(FixedClock::new(NOW));
        let app = Self::open(Rc::new(place), clock, HashSettings::new(7168, 5, 1)?, 7)?;
        app.desk.tokens.apply_rules(&app.desk.ground).await?;
        for (username, role) in
            [("root", DeskRole::Admin), ("ada", DeskRole::User), ("eve", DeskRole::Auditor)]
        {
            app.add_user(username, role).await?;
        }
        let root = app.login("root").await?;
        let room = json!({"roomId": "stage-1", "provider": "stage"});
        app.post("/v1/rooms", &root, room).await?.is(201)?;
        let member = json!({"username": "ada", "role": "publisher"});
        app.post("/v1/rooms/stage-1/members", &root, member).await?.is(204)?;
        Ok(app)
    }

    /// A desk on what its database has already.
    fn open(
        place: Rc<Place>,
        clock: Arc<FixedClock>,
        hashing: HashSettings,
        seed: u64,
    ) -> anyhow::Result<Self> {
        // The first of the tests installs it for all; the others find it there.
        let _installed = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let options = DeskOptions {
            store: StoreOptions {
                location: place.location(),
                key: KeySource::File(place.key()),
                node: NodeName::try_from("node-1".to_owned())?,
                clock: Arc::clone(&clock) as Arc<dyn Clock>,
                ids: Arc::new(SeededIds::new(seed)),
                queue: 64,
                readers: 4,
            },
            sessions: SessionOptions {
                passwords: PasswordPolicy::RECOMMENDED,
                hashing,
                hash_threads: NonZeroUsize::MIN,
                hash_queue: NonZeroUsize::new(8).unwrap(),
                login_limits: LoginLimits::RECOMMENDED,
                lifetimes: SessionLifetimes {
                    absolute: Duration::from_hours(12),
                    idle: Duration::from_mins(30),
                },
                privacy: Privacy { visits: Visits::Off, keep: Duration::from_hours(24) },
                project_jwts: ProjectRules { skew: Duration::from_secs(10), require_jti: false },
            },
            rules: rules(&[("APIexample", KeyState::Active, None)]),
            software: "roomkey test".to_owned(),
        };
        let (desk, operator) = Desk::open(options)?;
        Ok(Self { desk: web::Data::new(desk), operator, clock, place })
    }

    /// The same desk, stopped and started again with other settings for passwords and another seed of ids.
    pub(crate) fn restart(self, hashing: HashSettings) -> anyhow::Result<Self> {
        let (place, clock) = (Rc::clone(&self.place), Arc::clone(&self.clock));
        drop(self);
        Self::open(place, clock, hashing, 8)
    }

    /// A second node on the same database, with ids of its own.
    pub(crate) fn beside(&self) -> anyhow::Result<Self> {
        let (place, clock) = (Rc::clone(&self.place), Arc::clone(&self.clock));
        Self::open(place, clock, HashSettings::new(7168, 5, 1)?, 9)
    }

    async fn add_user(&self, username: &str, role: DeskRole) -> anyhow::Result<()> {
        let admin = self.operator.actor().admin()?;
        let request = NewUserRequest {
            username: username.parse()?,
            password: SecretString::from(PASSWORD.to_owned()),
            role,
            did: None,
            display_name: None,
        };
        users::add(&self.desk.ground, &self.desk.sessions, &admin, request).await?;
        Ok(())
    }

    pub(crate) async fn login(&self, username: &str) -> anyhow::Result<String> {
        let body = json!({"username": username, "password": PASSWORD});
        self.post("/v1/login", "", body).await?.is(200)?.text_at("/token")
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        bearer: &str,
        body: Value,
    ) -> anyhow::Result<Answer> {
        self.call(&Method::POST, path, bearer, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str, bearer: &str) -> anyhow::Result<Answer> {
        self.call(&Method::GET, path, bearer, None).await
    }

    pub(crate) async fn call(
        &self,
        method: &Method,
        path: &str,
        bearer: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Answer> {
        let settings = HttpSettings::new(AllowedOrigins::List(BTreeSet::new()), Vec::new());
        let app = ActixApp::new()
            .app_data(self.desk.clone())
            .configure(|config| configure(config, &settings));
        let service = test::init_service(app).await;
        let peer: SocketAddr = "203.0.113.7:40000".parse()?;
        let mut request =
            test::TestRequest::default().method(method.clone()).uri(path).peer_addr(peer);
        request = request.insert_header(("X-Request-Id", "test"));
        if !bearer.is_empty() {
            request = request.insert_header(("Authorization", format!("Bearer {bearer}")));
        }
        if let Some(body) = body {
            request = request.set_json(body);
        }
        let response = test::call_service(&service, request.to_request()).await;
        let status = response.status().as_u16();
        // The server's crate of HTTP types is one version behind the client's.
        let mut headers = HeaderMap::new();
        for (name, value) in response.headers() {
            let name = HeaderName::from_bytes(name.as_str().as_bytes())?;
            headers.append(name, HeaderValue::from_bytes(value.as_bytes())?);
        }
        let body = test::read_body(response).await.to_vec();
        Ok(Answer { status, headers, body })
    }

    /// Every entry, after a replay that found nothing.
    pub(crate) async fn log(&self) -> anyhow::Result<Vec<Entry>> {
        let reads = self.operator.actor().reads_log()?;
        let range = ExportRange { from: None, to: None, with_identities: false };
        let mut export = export::export(&self.desk.ground, &reads, range).await?;
        let mut stored = Vec::new();
        loop {
            let chunk = export::export_next(&self.desk.ground, &reads, &mut export).await?;
            if chunk.is_empty() {
                break;
            }
            stored.extend(chunk);
        }
        let report = roomkey_audit::replay(
            stored.iter().map(|stored| (stored.index, stored.body.as_slice())),
        );
        ensure!(report.is_clean(), "{:#?}", report.violations);
        stored.iter().map(|stored| Ok(stored.entry()?)).collect()
    }

    /// The entries of a kind.
    pub(crate) async fn log_of(&self, kind: &str) -> anyhow::Result<Vec<Entry>> {
        let mut log = self.log().await?;
        log.retain(|entry| entry.event.kind().as_str() == kind);
        Ok(log)
    }
}
