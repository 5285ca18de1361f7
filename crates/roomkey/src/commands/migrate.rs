//! `roomkey migrate`.

use clap::Subcommand;
use roomkey_storage::{Location, SchemaStatus, Store, newest_migration};
use serde_json::json;

use crate::invocation::{End, Invocation};

/// What to do with the schema.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Compares the database with this software; exit status 1 if migrations or a newer software are needed
    Status,
    /// Runs the migrations that the database lacks; make a backup before
    #[command(after_help = "Example:\n  roomkey backup before.db && roomkey migrate up")]
    Up,
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: &MigrateCommand) -> anyhow::Result<End> {
    let settings = invocation.settings()?;
    let location = &settings.database.location;
    match command {
        MigrateCommand::Status => {
            let (status, text, end) = status(location)?;
            let value = json!({ "status": status, "newest": newest_migration() });
            invocation.output.print(&value, || text)?;
            Ok(end)
        }
        MigrateCommand::Up => {
            if Store::schema_status(location)? == SchemaStatus::Newer {
                anyhow::bail!(
                    "the database was migrated by a newer version of this software: use that version"
                );
            }
            let ran = Store::migrate(location)?;
            invocation.output.print(&json!({ "ran": ran }), || match ran {
                0 => "nothing to do".to_owned(),
                _ => format!("{ran} migrations ran"),
            })?;
            Ok(End::Done)
        }
    }
}

/// How the schema stands, without making a database that is not there.
pub(crate) fn status(location: &Location) -> anyhow::Result<(&'static str, String, End)> {
    if let Location::Sqlite(path) = location
        && !path.exists()
    {
        return Ok((
            "empty",
            "there is no database yet: the first command makes it".to_owned(),
            End::Done,
        ));
    }
    Ok(match Store::schema_status(location)? {
        SchemaStatus::Empty => {
            ("empty", "the database is empty: the first command fills it".to_owned(), End::Done)
        }
        SchemaStatus::Current => {
            ("current", "the database has every migration".to_owned(), End::Done)
        }
        SchemaStatus::Behind(missing) => {
            let text = format!(
                "the database lacks {missing} migrations: make a backup, then run `roomkey migrate up`"
            );
            ("behind", text, End::Wrong)
        }
        SchemaStatus::Newer => {
            let text =
                "the database was migrated by a newer version of this software: use that version";
            ("newer", text.to_owned(), End::Wrong)
        }
    })
}
