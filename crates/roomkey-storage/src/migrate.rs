//! The schema: which migrations a database has and which it wants.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::Db;

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
    match db {
        Db::Sqlite(connection) => {
            connection.run_pending_migrations(SQLITE).map(|ran| ran.len()).map_err(failed)
        }
        Db::Postgres(connection) => {
            // Two nodes that start at once on an empty database: the second waits, then finds nothing to do.
            connection.batch_execute("SELECT pg_advisory_lock(7666532)").map_err(failed)?;
            let ran =
                connection.run_pending_migrations(POSTGRES).map(|ran| ran.len()).map_err(failed);
            connection.batch_execute("SELECT pg_advisory_unlock(7666532)").map_err(failed)?;
            ran
        }
    }
}
