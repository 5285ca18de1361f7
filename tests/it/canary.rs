//! A full run with secrets that nothing else contains, and a search for them wherever the desk writes.

mod vendors;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::Context;
use diesel::prelude::*;
use diesel::sql_types::Text;
use roomkey_tests::scene::desk;
use roomkey_tests::{Answer, Client, Desk, Kind, Log, Server, Vendor, place};
use serde_json::{Value, json};

on_both! {
    no_secret_is_written_anywhere,
}

/// Secrets by what they are.
pub(crate) type Canaries = BTreeMap<String, String>;

/// Files that hold secrets because their owner put them there.
const KEPT: [&str; 7] = [
    "roomkey.toml",
    "livekit.secret",
    "short.secret",
    "roomkey.key",
    "agora.secret",
    "opentok.secret",
    "vonage.pem",
];

/// Everything that the desk said or wrote, by where.
#[derive(Debug)]
pub(crate) struct Haystack(pub(crate) Vec<(String, Vec<u8>)>);

impl Haystack {
    pub(crate) fn add(&mut self, place: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.0.push((place.into(), text.into()));
    }

    /// An answer that must not hold any of them.
    fn answer(&mut self, answer: &Answer) {
        let place = format!("an answer with status {}", answer.status);
        self.add(place.clone(), answer.body.clone());
        self.add(place, format!("{:?}", answer.headers));
    }

    pub(crate) fn search(&self, canaries: &Canaries) -> Vec<String> {
        let mut found = Vec::new();
        for (what, canary) in canaries {
            // A token is as good as its parts: the signature alone completes what the log lets one rebuild.
            let parts = canary.rsplit(['.', ' ']).next().filter(|part| part.len() > 20);
            let hex =
                |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
            for needle in [Some(canary.as_str()), parts].into_iter().flatten() {
                for (place, text) in &self.0 {
                    let holds = |needle: &str| {
                        text.windows(needle.len()).any(|window| window == needle.as_bytes())
                    };
                    if holds(needle) || holds(&hex(needle)) {
                        found.push(format!("{what} in {place}"));
                    }
                }
            }
        }
        found
    }
}

fn no_secret_is_written_anywhere(kind: Kind) -> anyhow::Result<()> {
    let mut canaries = Canaries::new();
    let mut hay = Haystack(Vec::new());
    let vendor = Vendor::start()?;
    let desk = prepared(kind, &mut canaries)?;
    vendors::prepare(&desk, &vendor, &mut canaries)?;
    let server = Server::start_with(desk, |command| {
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
    })?;
    vendors::over_http(&server, &vendor, &mut canaries, &mut hay)?;
    over_http(&server, &mut canaries, &mut hay)?;
    on_the_command_line(&server, &mut canaries, &mut hay)?;
    let metrics = Client::new(server.metrics_url()).get("/metrics")?.is(200)?;
    hay.add("the metrics", metrics.body);
    for file in ["cmdline", "environ"] {
        hay.add(
            format!("/proc: {file}"),
            fs::read(format!("/proc/{}/{file}", server.process_id()))?,
        );
    }
    Log::export(&server)?.check()?;
    everything_written(&server, server.path(""), &mut hay)?;
    let desk = server.stop()?;
    everything_written(&desk, desk.path(""), &mut hay)?;
    let logs = hay.0.iter().filter(|(place, _)| place.contains("logs")).map(|(_, text)| text.len());
    assert!(logs.sum::<usize>() > 10_000, "the diagnostics were on");
    let found = hay.search(&canaries);
    assert!(found.is_empty(), "on {}: {found:#?}", kind.as_str());
    Ok(())
}

/// A desk that says all it can about itself.
fn prepared(kind: Kind, canaries: &mut Canaries) -> anyhow::Result<Desk> {
    let desk = desk(kind)?;
    desk.set("log", "level", "\"trace\"")?;
    desk.set("log", "folder", "\"logs\"")?;
    desk.set("log", "format", "\"json\"")?;
    canaries.insert("the provider's secret".to_owned(), desk.secret().to_owned());
    for username in ["ada", "bob", "root", "audrey"] {
        canaries.insert(format!("the password of {username}"), desk.password(username));
    }
    if kind == Kind::Postgres {
        // The server of the tests trusts whoever comes from the loopback, with any password.
        let password = format!("canary{}", place::random_hex(24));
        let url = desk.database_url().replacen('@', &format!(":{password}@"), 1);
        desk.set("database", "url", &format!("{url:?}"))?;
        fs::set_permissions(desk.path("roomkey.toml"), fs::Permissions::from_mode(0o600))?;
        canaries.insert("the password of the database".to_owned(), password);
        let key = fs::read_to_string(desk.path("roomkey.key"))?;
        canaries.insert("the key-encryption key".to_owned(), key.trim().to_owned());
    }
    Ok(desk)
}

/// Every path, well and badly used.
fn over_http(server: &Server, canaries: &mut Canaries, hay: &mut Haystack) -> anyhow::Result<()> {
    let (ada, anonymous) = (server.login("ada")?, server.anonymous());
    let mut keep = |what: &str, text: &str| drop(canaries.insert(what.to_owned(), text.to_owned()));
    keep("a session token", ada.bearer());
    let key = ada.key("stage-1")?.is(200)?;
    let token = key.text_at("/token")?;
    keep("an issued key", &token);
    let neutral =
        ada.post("/v1/tokens", &json!({ "roomId": "stage-1" }))?.is(200)?.text_at("/token")?;
    keep("an issued key of the neutral path", &neutral);
    let source = ada.post("/livekit/token-source", &json!({ "room_name": "stage-1" }))?.is(201)?;
    keep("an issued key of the standard path", &source.text_at("/participant_token")?);
    let renewed =
        ada.request("POST", &format!("/v1/tokens/{}/renew", key.text_at("/issuanceId")?)).send()?;
    keep("a renewed key", &renewed.is(200)?.text_at("/token")?);
    let wrong = format!("wrong{}", place::random_hex(40));
    keep("a wrong password", &wrong);
    hay.answer(&anonymous.try_login("ada", &wrong)?);
    hay.answer(&anonymous.try_login(&wrong, &wrong)?);
    let typed =
        format!("{{\"username\":\"ada\",\"password\":\"{wrong}\",\"password\":\"{wrong}\"}}");
    for body in [
        typed,
        format!("{{\"username\":\"ada\",\"password\":[\"{wrong}\"]}}"),
        format!("\"{wrong}"),
    ] {
        hay.answer(
            &anonymous
                .request("POST", "/v1/login")
                .body("application/json", body.as_bytes())
                .send()?,
        );
    }
    for client in
        [anonymous.with_bearer(&token), anonymous.with_bearer(&format!("{}x", ada.bearer()))]
    {
        hay.answer(&client.key("stage-1")?.is(401)?);
    }
    for path in [
        format!("/livekit/token?access_token={token}"),
        format!("/v1/rooms/{token}"),
        format!("/v1/audit/events?cursor={token}"),
        format!("/{token}"),
    ] {
        for client in [&anonymous, &ada, &server.admin()?] {
            hay.answer(&client.get(&path)?);
        }
    }
    for body in [
        json!({ "roomId": token }),
        json!({ "roomId": "stage-1", "deviceId": token }),
        json!({ token.clone(): 1 }),
        json!({ "roomId": "stage-1", "ttlSeconds": token }),
    ] {
        hay.answer(&ada.post("/livekit/token", &body)?);
    }
    let marked = ada
        .request("POST", "/livekit/token")
        .header("X-Request-Id", &token)
        .json(&json!({ "roomId": "stage-1" }));
    keep("a further key", &marked.send()?.is(200)?.text_at("/token")?);
    hay.answer(&server.user("bob")?.key("stage-1")?.is(403)?);
    read_and_change(server, &ada, canaries, hay, (&wrong, &token))
}

/// What auditors read and what users change.
fn read_and_change(
    server: &Server,
    ada: &Client,
    canaries: &mut Canaries,
    hay: &mut Haystack,
    (wrong, token): (&str, &str),
) -> anyhow::Result<()> {
    let mut keep = |what: &str, text: &str| drop(canaries.insert(what.to_owned(), text.to_owned()));
    let audrey = server.user("audrey")?;
    keep("the session token of an auditor", audrey.bearer());
    hay.answer(&audrey.post("/v1/audit/trace", &json!({ "token": token }))?.is(200)?);
    hay.answer(&audrey.post("/v1/audit/trace", &json!({ "token": format!("{token}x.y") }))?);
    hay.answer(&audrey.get("/v1/audit/events?limit=1000")?.is(200)?);
    hay.answer(&server.admin()?.get("/v1/users")?.is(200)?);
    let new = format!("a new password {}", place::random_hex(40));
    keep("a new password", &new);
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": new });
    hay.answer(&ada.put("/v1/me/password", &change(wrong))?);
    hay.answer(
        &ada.put("/v1/me/password", &json!({ "currentPassword": wrong, "newPassword": "short" }))?,
    );
    hay.answer(&ada.put("/v1/me/password", &change(&server.password("ada")))?);
    let added = json!({ "username": "dora", "password": new, "role": "nonsense" });
    hay.answer(&server.admin()?.post("/v1/users", &added)?.is(422)?);
    for path in ["/livez", "/readyz", "/healthz", "/openapi.json", "/docs", "/v1/me", "/nothing"] {
        hay.answer(&server.anonymous().get(path)?);
    }
    Ok(())
}

/// Every command that has to do with secrets, well and badly used.
fn on_the_command_line(
    server: &Server,
    canaries: &mut Canaries,
    hay: &mut Haystack,
) -> anyhow::Result<()> {
    let issued = server.json(&["token", "issue", "--room", "stage-1", "--user", "ada"])?;
    let token = issued["token"].as_str().context("a key")?.to_owned();
    canaries.insert("a key of the console".to_owned(), token.clone());
    let short = format!("s{}", place::random_hex(12));
    canaries.insert("a refused password".to_owned(), short.clone());
    server.write_private("short.secret", &short)?;
    for (arguments, input) in [
        (&["token", "inspect", "--json"][..], token.as_str()),
        (&["token", "inspect"], token.as_str()),
        (&["token", "inspect"], short.as_str()),
        (&["audit", "trace"], token.as_str()),
        (&["audit", "query", "--json"], ""),
        (&["audit", "query"], ""),
        (&["user", "add", "dora", "--role", "user", "--password-stdin"], short.as_str()),
        (&["user", "list", "--json"], ""),
        (&["config", "show"], ""),
        (&["config", "show", "--json"], ""),
        (&["config", "check"], ""),
        (&["doctor"], ""),
        (&["reference", "cli"], ""),
        (&["reference", "settings"], ""),
        (&["--help"], ""),
        (&["serve", "--help"], ""),
        (&["room", "add", "*"], ""),
    ] {
        let said = server.try_run(arguments, input)?;
        let place = format!("roomkey {}", arguments.join(" "));
        hay.add(place.clone(), said.stdout);
        hay.add(place, said.stderr);
    }
    server.set("providers.stage", "secret_file", "\"short.secret\"")?;
    fs::set_permissions(server.path("roomkey.toml"), fs::Permissions::from_mode(0o600))?;
    let said = server.try_run(&["config", "check"], "")?;
    hay.add("config check of a short secret", said.stdout + &said.stderr);
    server.signal("HUP")?;
    server.set("providers.stage", "secret_file", "\"livekit.secret\"")?;
    Ok(())
}

/// All files below the desk's folder but those that hold secrets by their nature, and every row of the database.
pub(crate) fn everything_written(
    desk: &Desk,
    folder: std::path::PathBuf,
    hay: &mut Haystack,
) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            everything_written(desk, path, hay)?;
        } else if !KEPT.contains(&name.as_str()) {
            hay.add(path.display().to_string(), fs::read(&path)?);
        }
    }
    if desk.kind() == Kind::Postgres {
        rows(desk, hay)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
}

fn rows(desk: &Desk, hay: &mut Haystack) -> anyhow::Result<()> {
    let mut db = PgConnection::establish(&desk.database_url())?;
    let tables = diesel::sql_query(
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    for Row { name: table } in tables.load(&mut db)? {
        let all =
            format!("SELECT coalesce(string_agg(t::text, ' '), '') AS name FROM \"{table}\" t");
        let row: Row = diesel::sql_query(all).get_result(&mut db)?;
        hay.add(format!("table {table}"), row.name);
    }
    Ok(())
}

#[test]
fn the_search_finds_what_is_there() {
    let canaries: Canaries = [("one".to_owned(), "a.b.0123456789012345678901".to_owned())].into();
    let mut hay = Haystack(Vec::new());
    hay.add("nowhere", "nothing");
    assert!(hay.search(&canaries).is_empty());
    hay.add("here", "…0123456789012345678901…");
    assert_eq!(hay.search(&canaries), ["one in here"]);
    let value: Value = json!({ "x": 1 });
    hay.add("json", value.to_string());
    assert_eq!(hay.search(&canaries).len(), 1);
}
