//! `roomkey doctor`: what would keep the desk from working, and what to do.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use roomkey_claims::{Clock, DeskRole, SystemClock, Timestamp};
use roomkey_desk::readiness;
use roomkey_desk::readiness::check::Check;
use roomkey_desk::users;
use roomkey_storage::{Location, SchemaStatus, Store};
use serde::Serialize;
use serde_json::json;

use super::config;
use crate::hint;
use crate::invocation::{End, Invocation, OpenDesk, block_on};
use crate::output;
use crate::settings::Settings;

/// The clock of a machine that never learned the time is before this: 2026-01-01.
const SANE: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// How a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    /// Deserves a look.
    Note,
    /// Keeps the desk from working.
    Wrong,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Finding {
    name: &'static str,
    state: State,
    detail: String,
}

/// Findings, in the order in which they should be mended.
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, name: &'static str, state: State, detail: impl Into<String>) {
        self.0.push(Finding { name, state, detail: detail.into() });
    }
}

/// Looks at everything; changes nothing, and makes no database that is not there.
pub(crate) fn run(invocation: &Invocation) -> anyhow::Result<End> {
    let mut found = Findings(Vec::new());
    let (problems, warnings) = config::found(invocation);
    if problems.is_empty() {
        found.add("settings", State::Ok, invocation.sources.place());
    }
    for problem in problems {
        found.add("settings", State::Wrong, problem);
    }
    for warning in warnings {
        found.add("settings", State::Note, warning);
    }
    let now = SystemClock.now();
    if now < SANE {
        found.add("clock", State::Wrong, format!("{now} is in the past: set the clock, run NTP"));
    } else {
        found.add("clock", State::Ok, output::time(now));
    }
    if let Ok(settings) = invocation.sources.load() {
        listeners(&mut found, &settings);
        if database(&mut found, &settings) {
            desk(&mut found, invocation, now);
        }
    }
    let wrong = found.0.iter().any(|finding| finding.state == State::Wrong);
    let mut table = output::table(&["", "what", "found, and what to do"]);
    for Finding { name, state, detail } in &found.0 {
        let mark = match state {
            State::Ok => "ok",
            State::Note => "note",
            State::Wrong => "WRONG",
        };
        table.add_row([mark, name, detail]);
    }
    invocation
        .output
        .print(&json!({ "ok": !wrong, "checks": found.0 }), || output::rows(&table, ""))?;
    Ok(if wrong { End::Wrong } else { End::Done })
}

fn listeners(found: &mut Findings, settings: &Settings) {
    let api = Some(settings.server.listen);
    for (name, address) in [("listen", api), ("metrics_listen", settings.server.metrics_listen)] {
        let Some(address) = address else { continue };
        match TcpListener::bind(address) {
            Ok(_) => found.add(name, State::Ok, format!("{address} is free")),
            Err(error) => {
                found.add(
                    name,
                    State::Note,
                    format!("{address}: {error} (so it is while the desk runs)"),
                );
            }
        }
    }
}

/// Whether there is a database that can be opened.
fn database(found: &mut Findings, settings: &Settings) -> bool {
    let location = &settings.database.location;
    if let Location::Sqlite(path) = location {
        if !path.exists() {
            found.add(
                "database",
                State::Note,
                format!("{} is not there yet: the first command makes it", path.display()),
            );
            return false;
        }
        for file in [path.clone(), path.with_file_name("roomkey.key")] {
            mode(found, &file);
        }
    }
    match Store::schema_status(location) {
        Ok(SchemaStatus::Current) => found.add("schema", State::Ok, "every migration is there"),
        Ok(SchemaStatus::Empty) => {
            found.add("schema", State::Note, "the database is empty: the first command fills it");
            return false;
        }
        Ok(SchemaStatus::Behind(missing)) => {
            found.add(
                "schema",
                State::Wrong,
                format!("lacks {missing} migrations: make a backup, then `roomkey migrate up`"),
            );
            return false;
        }
        Ok(SchemaStatus::Newer) => {
            found.add(
                "schema",
                State::Wrong,
                "migrated by a newer version of this software: use that version",
            );
            return false;
        }
        Err(error) => {
            found.add("database", State::Wrong, hint::told(&error.into()));
            return false;
        }
    }
    true
}

fn mode(found: &mut Findings, file: &Path) {
    let Ok(metadata) = fs::metadata(file) else { return };
    let shown = file.display();
    match metadata.permissions().mode() & 0o077 {
        0 => found.add("file mode", State::Ok, format!("{shown} is its owner's alone")),
        _ => found.add(
            "file mode",
            State::Wrong,
            format!("{shown} can be read by others: chmod 600 {shown}"),
        ),
    }
}

fn desk(found: &mut Findings, invocation: &Invocation, now: Timestamp) {
    let open = match invocation.open() {
        Ok(open) => open,
        Err(error) => return found.add("desk", State::Wrong, hint::told(&error)),
    };
    let looked = block_on(async {
        Ok((
            open.desk.readiness().await,
            admins(&open).await,
            readiness::newest_entry_at(&open.desk.ground).await?,
        ))
    });
    let (readiness, admins, newest) = match looked {
        Ok(looked) => looked,
        Err(error) => return found.add("database", State::Wrong, hint::told(&error)),
    };
    for Check { name, ok, needed: _, detail } in readiness.checks {
        let state = match (ok, name) {
            (true, _) => State::Ok,
            // The server brings the policy of the settings into force when it starts.
            (false, "policy") => State::Note,
            (false, _) => State::Wrong,
        };
        found.add(name, state, detail);
    }
    match block_on(async {
        Ok(readiness::rooms_without_profile(&open.desk.ground, &open.desk.tokens).await?)
    }) {
        Ok(rooms) if rooms.is_empty() => {
            found.add("rooms", State::Ok, "every room's provider profile is in the settings");
        }
        Ok(rooms) => {
            let rooms: Vec<String> = rooms.iter().map(ToString::to_string).collect();
            let rooms = rooms.join(" ");
            let message = format!(
                "the settings lack the provider profile of these rooms, ten at most are named: {rooms}: add it, or roomkey room set"
            );
            found.add("rooms", State::Wrong, message);
        }
        Err(error) => found.add("rooms", State::Wrong, hint::told(&error)),
    }
    match admins {
        Ok(true) => found.add("admin", State::Ok, "there is an enabled admin"),
        Ok(false) => found.add(
            "admin",
            State::Note,
            "there is no enabled admin: roomkey user add root --role admin",
        ),
        Err(error) => found.add("admin", State::Wrong, hint::told(&error)),
    }
    if let Some(newest) = newest.filter(|newest| now < *newest) {
        found.add(
            "clock",
            State::Wrong,
            format!(
                "the log's newest entry is of {newest}, after this clock: run NTP on every node"
            ),
        );
    }
}

async fn admins(open: &OpenDesk) -> anyhow::Result<bool> {
    let (admin, mut after) = (open.admin()?, None);
    loop {
        let page = users::list(&open.desk.ground, &admin, after, 1_000).await?;
        if page.data.iter().any(|user| user.enabled && user.role == DeskRole::Admin) {
            return Ok(true);
        }
        after = page.data.last().map(|user| user.username.clone());
        if !page.more {
            return Ok(false);
        }
    }
}
