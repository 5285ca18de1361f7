//! The scene that most tests play on, made once a run and copied for each test.
//!
//! | who | desk role | where |
//! |---|---|---|
//! | root | admin | |
//! | audrey | auditor | |
//! | ada | user | publisher in `stage-1` |
//! | bob | user | nowhere |
//!
//! `stage-1` is restricted, `lobby` is open for subscribers.

use std::sync::{LazyLock, Mutex, PoisonError};

use anyhow::anyhow;

use crate::database::{self, Kind};
use crate::desk::Desk;
use crate::log::Log;
use crate::place::{self, Folder};
use crate::server::Server;

/// The users, with their roles at the desk.
pub const USERS: [(&str, &str); 4] =
    [("root", "admin"), ("audrey", "auditor"), ("ada", "user"), ("bob", "user")];

/// The templates live as long as the process; what they leave is swept by the next run.
static SQLITE: LazyLock<Mutex<Result<Desk, String>>> = LazyLock::new(|| template(Kind::Sqlite));
static POSTGRES: LazyLock<Mutex<Result<Desk, String>>> = LazyLock::new(|| template(Kind::Postgres));

fn template(kind: Kind) -> Mutex<Result<Desk, String>> {
    Mutex::new(make(kind).map_err(|error| format!("{error:#}")))
}

fn make(kind: Kind) -> anyhow::Result<Desk> {
    match kind {
        Kind::Sqlite => place::sweep()?,
        Kind::Postgres => database::sweep()?,
    }
    let desk = Desk::new(kind)?;
    for (username, role) in USERS {
        desk.add_user(username, role)?;
    }
    desk.run(&["room", "add", "stage-1", "--provider", "stage"])?;
    desk.run(&["room", "add", "lobby", "--provider", "stage", "--open", "--role", "subscriber"])?;
    desk.run(&["member", "add", "stage-1", "ada", "--role", "publisher"])?;
    Ok(desk)
}

/// A desk with the scene on it, for one test alone.
pub fn desk(kind: Kind) -> anyhow::Result<Desk> {
    copy_to(Folder::new()?, kind)
}

/// The same on a real disk, for what is killed while it writes.
pub fn desk_on_disk(kind: Kind) -> anyhow::Result<Desk> {
    copy_to(Folder::on_disk()?, kind)
}

fn copy_to(folder: Folder, kind: Kind) -> anyhow::Result<Desk> {
    let template = match kind {
        Kind::Sqlite => &SQLITE,
        Kind::Postgres => &POSTGRES,
    };
    // Held while it is copied: PostgreSQL copies a database that nobody else uses.
    let template = template.lock().unwrap_or_else(PoisonError::into_inner);
    Desk::copy_of(template.as_ref().map_err(|error| anyhow!("the scene: {error}"))?, folder)
}

/// Plays a scenario on a running desk, and replays its log afterwards.
pub fn on(kind: Kind, scenario: impl FnOnce(&Server) -> anyhow::Result<()>) -> anyhow::Result<()> {
    on_with(kind, |_| Ok(()), scenario)
}

/// The same with settings of its own.
pub fn on_with(
    kind: Kind,
    settings: impl FnOnce(&Desk) -> anyhow::Result<()>,
    scenario: impl FnOnce(&Server) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    settings(&desk)?;
    let server = desk.serve()?;
    scenario(&server).map_err(|error| match server.said() {
        Ok(said) => error.context(tail(&said)),
        Err(_) => error,
    })?;
    Log::export(&server)?.check()
}

/// The last lines that the desk said, for the report of a failure.
fn tail(said: &str) -> String {
    let lines: Vec<&str> = said.lines().rev().take(20).collect();
    let lines: Vec<&str> = lines.into_iter().rev().collect();
    format!("the desk said last:\n{}\n", lines.join("\n"))
}
