//! The schema: which migrations a database has and which it wants.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::db::connection::Db;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// How the schema of a database stands to this software.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaStatus {
    /// It has no migration yet.
    Empty,
    /// It has every migration.
    Current,
    /// It lacks this many migrations.
    Behind(usize),
    /// It has migrations that this software does not know.
    Newer,
}

/// Why migrations could not be looked at or run.
#[derive(Debug, thiserror::Error)]
#[error("a migration failed: {0}")]
pub struct MigrateError(String);

fn failed(error: impl std::fmt::Display) -> MigrateError {
    MigrateError(error.to_string())
}

/// The number of the newest migration of this software.
pub fn newest() -> u32 {
    let known =
        MigrationSource::<Sqlite>::migrations(&SQLITE).map_or(0, |migrations| migrations.len());
    u32::try_from(known).unwrap_or(u32::MAX)
}

/// Compares the migrations of the database with those of this software.
pub(crate) fn status(db: &mut Db) -> Result<SchemaStatus, MigrateError> {
    let (known, applied): (Vec<String>, Vec<String>) = match db {
        Db::Sqlite(connection) => {
            let migrations = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(failed)?;
            (versions(&migrations), applied(connection)?)
        }
        Db::Postgres(connection) => {
            let migrations = MigrationSource::<Pg>::migrations(&POSTGRES).map_err(failed)?;
            (versions(&migrations), applied(connection)?)
        }
    };
    if applied.is_empty() {
        return Ok(SchemaStatus::Empty);
    }
    if applied.iter().any(|version| !known.contains(version)) {
        return Ok(SchemaStatus::Newer);
    }
    match known.len().saturating_sub(applied.len()) {
        0 => Ok(SchemaStatus::Current),
        missing => Ok(SchemaStatus::Behind(missing)),
    }
}

fn versions<B: diesel::backend::Backend>(migrations: &[Box<dyn Migration<B>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}

fn applied<B, C>(connection: &mut C) -> Result<Vec<String>, MigrateError>
where
    B: diesel::backend::Backend,
    C: MigrationHarness<B>,
{
    Ok(connection.applied_migrations().map_err(failed)?.iter().map(ToString::to_string).collect())
}

/// Runs what is missing, oldest first, each in a transaction; returns how many ran.
pub(crate) fn up(db: &mut Db) -> Result<usize, MigrateError> {
    locked(db, run_pending)
}

fn run_pending(db: &mut Db) -> Result<usize, MigrateError> {
    match db {
        Db::Sqlite(connection) => connection.run_pending_migrations(SQLITE).map(|ran| ran.len()),
        Db::Postgres(connection) => {
            connection.run_pending_migrations(POSTGRES).map(|ran| ran.len())
        }
    }
    .map_err(failed)
}

/// Migrates an empty database; returns how the schema stood before.
///
/// Of two processes that start at once on an empty database, one does it and the other finds it done.
pub(crate) fn up_if_empty(db: &mut Db) -> Result<SchemaStatus, MigrateError> {
    locked(db, |db| {
        let before = status(db)?;
        if before != SchemaStatus::Empty {
            return Ok(before);
        }
        match run_pending(db) {
            Ok(_) => Ok(before),
            // SQLite has no lock that spans the look and the deed.
            Err(error) => match status(db) {
                Ok(SchemaStatus::Current) => Ok(SchemaStatus::Current),
                Ok(_) | Err(_) => Err(error),
            },
        }
    })
}

/// On PostgreSQL one process at a time, however long a migration takes.
fn locked<T>(
    db: &mut Db,
    work: impl FnOnce(&mut Db) -> Result<T, MigrateError>,
) -> Result<T, MigrateError> {
    let Db::Postgres(connection) = db else { return work(db) };
    connection
        .batch_execute(
            "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock(7666532);",
        )
        .map_err(failed)?;
    let done = work(db);
    let Db::Postgres(connection) = db else { return done };
    connection
        .batch_execute(
            "SELECT pg_advisory_unlock(7666532); SET lock_timeout = '1500ms'; SET statement_timeout = '10s';",
        )
        .map_err(failed)?;
    done
}
