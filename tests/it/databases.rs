//! Databases that are not what they should be, and one that does not answer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use roomkey_tests::scene::{desk, on};
use roomkey_tests::{Desk, Kind};

on_both! {
    a_locked_database_is_503_within_the_deadline_and_no_key_leaves,
    a_database_of_a_newer_version_is_refused,
    an_older_database_is_refused_with_the_name_of_the_command,
    a_wrong_key_encryption_key_fails_at_start,
}

/// Runs statements on a desk's database, past the desk.
pub(crate) fn execute(desk: &Desk, statements: &str) -> anyhow::Result<()> {
    match desk.kind() {
        Kind::Sqlite => sqlite(desk)?.batch_execute(statements),
        Kind::Postgres => {
            let mut db = PgConnection::establish(&desk.database_url())?;
            db.batch_execute(statements)
        }
    }?;
    Ok(())
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The one text that a query for `name` finds, past the desk.
pub(crate) fn text_of(desk: &Desk, query: &str) -> anyhow::Result<String> {
    let query = diesel::sql_query(query);
    let Named { name } = match desk.kind() {
        Kind::Sqlite => query.get_result(&mut sqlite(desk)?)?,
        Kind::Postgres => query.get_result(&mut PgConnection::establish(&desk.database_url())?)?,
    };
    Ok(name)
}

fn sqlite(desk: &Desk) -> anyhow::Result<SqliteConnection> {
    let mut db = SqliteConnection::establish(&desk.path("data/roomkey.db").to_string_lossy())?;
    db.batch_execute("PRAGMA busy_timeout = 10000")?;
    Ok(db)
}

/// A connection that holds what every write needs, until it is dropped.
pub(crate) enum Lock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Lock {
    pub(crate) fn of(desk: &Desk) -> anyhow::Result<Self> {
        Ok(match desk.kind() {
            Kind::Sqlite => {
                let mut db = sqlite(desk)?;
                db.batch_execute("BEGIN IMMEDIATE")?;
                Self::Sqlite(db)
            }
            Kind::Postgres => {
                let mut db = PgConnection::establish(&desk.database_url())?;
                db.batch_execute("BEGIN; UPDATE head SET id = 1 WHERE id = 1")?;
                Self::Postgres(db)
            }
        })
    }

    pub(crate) fn release(self) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(mut db) => db.batch_execute("ROLLBACK")?,
            Self::Postgres(mut db) => db.batch_execute("ROLLBACK")?,
        }
        Ok(())
    }
}

fn a_locked_database_is_503_within_the_deadline_and_no_key_leaves(
    kind: Kind,
) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        ada.key("stage-1")?.is(200)?;
        let lock = Lock::of(server)?;
        let start = Instant::now();
        let answer = ada.key("stage-1")?.is_problem(503, "unavailable")?;
        let took = start.elapsed();
        assert!(Duration::from_millis(1500) < took && took < Duration::from_secs(4), "{took:?}");
        assert!(0 < answer.header("retry-after").parse::<u32>()?);
        assert!(answer.json()?.get("token").is_none());
        server.anonymous().get("/livez")?.is(200)?;
        lock.release()?;
        roomkey_tests::wait::until("keys again", roomkey_tests::wait::SOON, || {
            Ok((ada.key("stage-1")?.status == 200).then_some(()))
        })?;
        Ok(())
    })
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    let garbage = "this is no database, but somebody's letter to a friend\n".repeat(200);
    fs::write(desk.path("data/roomkey.db"), &garbage)?;
    for arguments in [
        &["serve"][..],
        &["room", "list"],
        &["audit", "query"],
        &["migrate", "status"],
        &["migrate", "up"],
    ] {
        let said = desk.try_run(arguments, "")?;
        assert_eq!(said.status, 1, "{arguments:?}: {said:?}");
        assert!(
            said.stderr.contains("roomkey.db") || said.stderr.contains("not a database"),
            "{said:?}"
        );
    }
    assert!(fs::read_to_string(desk.path("data/roomkey.db"))? == garbage);
    Ok(())
}

fn a_database_of_a_newer_version_is_refused(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    execute(&desk, "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")?;
    for arguments in [&["serve"][..], &["room", "list"], &["migrate", "up"]] {
        desk.try_run(arguments, "")?.failed(1, "newer version")?;
    }
    let said = desk.try_run(&["migrate", "status"], "")?;
    assert_eq!(said.status, 1, "{said:?}");
    Ok(())
}

fn an_older_database_is_refused_with_the_name_of_the_command(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    // Older than the first migration, and not empty: what remains is that it lacks one.
    execute(&desk, "UPDATE __diesel_schema_migrations SET version = '0000'")?;
    let said = desk.try_run(&["serve"], "")?;
    assert_eq!(said.status, 1, "{said:?}");
    Ok(())
}

#[test]
fn an_unreadable_database_is_a_clear_error() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    let database = desk.path("data/roomkey.db");
    fs::remove_file(&database)?;
    fs::create_dir(&database)?;
    desk.try_run(&["serve"], "")?.failed(1, "roomkey.db")?;
    if Kind::available()?.contains(&Kind::Postgres) {
        let desk = self::desk(Kind::Postgres)?;
        desk.set("database", "url", "\"postgres://roomkey@127.0.0.1:1/nowhere\"")?;
        let start = Instant::now();
        let said = desk.try_run(&["serve"], "")?;
        assert_eq!(said.status, 1, "{said:?}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }
    Ok(())
}

fn a_wrong_key_encryption_key_fails_at_start(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let file = match desk.kind() {
        Kind::Sqlite => "data/roomkey.key",
        Kind::Postgres => "roomkey.key",
    };
    let mode = fs::metadata(desk.path(file))?.permissions().mode();
    assert_eq!(mode & 0o077, 0, "others can read the key-encryption key");
    desk.write_private(file, &roomkey_tests::place::random_hex(64))?;
    desk.try_run(&["serve"], "")?.failed(1, "does not fit")?;
    desk.write_private(file, "too short")?;
    desk.try_run(&["serve"], "")?.failed(1, "64 hexadecimal digits")?;
    Ok(())
}

#[test]
fn the_database_file_is_nobody_elses_to_read() -> anyhow::Result<()> {
    let server = desk(Kind::Sqlite)?.serve()?;
    server.user("ada")?.key("stage-1")?.is(200)?;
    for entry in fs::read_dir(server.path("data"))?.flatten() {
        let mode = entry.metadata()?.permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} has mode {mode:o}", entry.file_name());
    }
    Ok(())
}
