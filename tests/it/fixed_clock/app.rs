//! A desk with one admin (`root`), one user (`ada`), one auditor (`eve`) and the restricted room `stage-1`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use actix_web::{App as ActixApp, test, web};
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
use secrecy::SecretString;
use serde_json::{Value, json};

/// 2027-01-15T08:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub(crate) const PASSWORD: &str = "violet tram over seven bridges";

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct App {
    pub(crate) desk: web::Data<Desk>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) operator: Operator,
    folder: PathBuf,
}

/// An answer: status, the headers that are part of the contract, body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        if self.body.is_empty() { Value::Null } else { self.json() }
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
    pub(crate) async fn new() -> Self {
        let name =
            format!("roomkey_clock_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Arc::new(FixedClock::new(NOW));
        let app = Self::open(folder, clock, HashSettings::new(7168, 5, 1).unwrap(), 7);
        app.desk.tokens.apply_rules(&app.desk.ground).await.unwrap();
        for (username, role) in
            [("root", DeskRole::Admin), ("ada", DeskRole::User), ("eve", DeskRole::Auditor)]
        {
            app.add_user(username, role).await;
        }
        let root = app.login("root").await;
        app.post("/v1/rooms", &root, json!({"roomId": "stage-1", "provider": "stage"}))
            .await
            .expect(201);
        app.post(
            "/v1/rooms/stage-1/members",
            &root,
            json!({"username": "ada", "role": "publisher"}),
        )
        .await
        .expect(204);
        app
    }

    /// The desk of a folder; what stands in its database stays.
    pub(crate) fn open(
        folder: PathBuf,
        clock: Arc<FixedClock>,
        hashing: HashSettings,
        seed: u64,
    ) -> Self {
        // The first of the tests installs it for all; the others find it there.
        let _installed = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let options = DeskOptions {
            store: StoreOptions {
                location: Location::Sqlite(folder.join("roomkey.db")),
                key: KeySource::BesideDatabase,
                node: NodeName::try_from("node-1".to_owned()).unwrap(),
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
        let (desk, operator) = Desk::open(options).unwrap();
        Self { desk: web::Data::new(desk), operator, clock, folder }
    }

    /// The same desk, stopped and started again with other settings for passwords and another seed of ids.
    pub(crate) fn restart(mut self, hashing: HashSettings) -> Self {
        let (folder, clock) = (std::mem::take(&mut self.folder), Arc::clone(&self.clock));
        drop(self);
        Self::open(folder, clock, hashing, 8)
    }

    /// A second node on the same database, with ids of its own.
    pub(crate) fn beside(&self) -> Self {
        let hashing = HashSettings::new(7168, 5, 1).unwrap();
        let mut other = Self::open(self.folder.clone(), Arc::clone(&self.clock), hashing, 9);
        // The first node removes the folder.
        other.folder = PathBuf::new();
        other
    }

    async fn add_user(&self, username: &str, role: DeskRole) {
        let admin = self.operator.actor().admin().unwrap();
        let request = NewUserRequest {
            username: username.parse().unwrap(),
            password: SecretString::from(PASSWORD.to_owned()),
            role,
            did: None,
            display_name: None,
        };
        users::add(&self.desk.ground, &self.desk.sessions, &admin, request).await.unwrap();
    }

    pub(crate) async fn login(&self, username: &str) -> String {
        let answer =
            self.post("/v1/login", "", json!({"username": username, "password": PASSWORD})).await;
        answer.expect(200)["token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn post(&self, path: &str, bearer: &str, body: Value) -> Answer {
        self.call(&Method::POST, path, bearer, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str, bearer: &str) -> Answer {
        self.call(&Method::GET, path, bearer, None).await
    }

    pub(crate) async fn call(
        &self,
        method: &Method,
        path: &str,
        bearer: &str,
        body: Option<Value>,
    ) -> Answer {
        let settings = HttpSettings::new(AllowedOrigins::List(BTreeSet::new()), Vec::new());
        let app = ActixApp::new()
            .app_data(self.desk.clone())
            .configure(|config| configure(config, &settings));
        let service = test::init_service(app).await;
        let peer: SocketAddr = "203.0.113.7:40000".parse().unwrap();
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
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let body = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        Answer { status, headers, body }
    }

    /// Every entry, after a replay that found nothing.
    pub(crate) async fn log(&self) -> Vec<Entry> {
        let reads = self.operator.actor().reads_log().unwrap();
        let range = ExportRange { from: None, to: None, with_identities: false };
        let mut export = export::export(&self.desk.ground, &reads, range).await.unwrap();
        let mut stored = Vec::new();
        loop {
            let chunk = export::export_next(&self.desk.ground, &reads, &mut export).await.unwrap();
            if chunk.is_empty() {
                break;
            }
            stored.extend(chunk);
        }
        let report = roomkey_audit::replay(
            stored.iter().map(|stored| (stored.index, stored.body.as_slice())),
        );
        assert!(report.is_clean(), "{:#?}", report.violations);
        stored.iter().map(|stored| stored.entry().unwrap()).collect()
    }

    /// The entries of a kind.
    pub(crate) async fn log_of(&self, kind: &str) -> Vec<Entry> {
        let mut log = self.log().await;
        log.retain(|entry| entry.event.kind().as_str() == kind);
        log
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if !self.folder.as_os_str().is_empty() {
            drop(std::fs::remove_dir_all(&self.folder));
        }
    }
}
