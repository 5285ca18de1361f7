//! Both databases have the same migrations, and end with the same columns.

use std::collections::BTreeSet;
use std::fs;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use roomkey_tests::database::Database;
use roomkey_tests::{Desk, Kind, place};

on_both! {
    an_empty_database_is_filled_by_the_first_command,
}

/// The folders of a dialect.
pub(crate) fn folders(dialect: &str) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(place::workspace().join("migrations").join(dialect))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

const SQLITE_COLUMNS: &str = "
    SELECT m.name || '.' || c.name AS place, c.\"notnull\" = 0 AND c.pk = 0 AS nullable
    FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";

const POSTGRES_COLUMNS: &str = "
    SELECT table_name || '.' || column_name AS place, is_nullable = 'YES' AS nullable
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";

const SQLITE_INDEXES: &str =
    "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'";

const POSTGRES_INDEXES: &str = "SELECT indexname::text AS name FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'";

#[test]
fn both_databases_have_the_same_columns_and_indexes() -> anyhow::Result<()> {
    if !Kind::available()?.contains(&Kind::Postgres) {
        return Ok(());
    }
    let (sqlite, postgres) = (Desk::new(Kind::Sqlite)?, Desk::new(Kind::Postgres)?);
    sqlite.run(&["migrate", "up"])?;
    postgres.run(&["migrate", "up"])?;
    let mut one = SqliteConnection::establish(&sqlite.path("data/roomkey.db").to_string_lossy())?;
    let mut other = PgConnection::establish(&postgres.database_url())?;
    let columns: BTreeSet<Column> =
        diesel::sql_query(SQLITE_COLUMNS).load(&mut one)?.into_iter().collect();
    assert!(columns.len() > 30, "{columns:?}");
    assert_eq!(
        columns,
        diesel::sql_query(POSTGRES_COLUMNS).load(&mut other)?.into_iter().collect()
    );
    let indexes: BTreeSet<Named> =
        diesel::sql_query(SQLITE_INDEXES).load(&mut one)?.into_iter().collect();
    assert_eq!(
        indexes,
        diesel::sql_query(POSTGRES_INDEXES).load(&mut other)?.into_iter().collect()
    );
    Ok(())
}

/// All scripts of a dialect: `up` in order, or `down` in reverse.
fn script(dialect: &str, file: &str) -> anyhow::Result<String> {
    let mut folders = folders(dialect)?;
    if file == "down.sql" {
        folders.reverse();
    }
    let root = place::workspace().join("migrations").join(dialect);
    let scripts =
        folders.iter().map(|folder| Ok(fs::read_to_string(root.join(folder).join(file))?));
    Ok(scripts.collect::<anyhow::Result<Vec<String>>>()?.join("\n"))
}

#[test]
fn up_down_and_up_again() -> anyhow::Result<()> {
    let mut sqlite = SqliteConnection::establish(":memory:")?;
    let (up, down) = (script("sqlite", "up.sql")?, script("sqlite", "down.sql")?);
    sqlite.batch_execute(&up)?;
    sqlite.batch_execute(&down)?;
    let left: Vec<Column> = diesel::sql_query(SQLITE_COLUMNS).load(&mut sqlite)?;
    assert!(left.is_empty(), "{left:?}");
    sqlite.batch_execute(&up)?;
    if Kind::available()?.contains(&Kind::Postgres) {
        let database = Database::new(None)?;
        let mut postgres = PgConnection::establish(database.url())?;
        let (up, down) = (script("postgres", "up.sql")?, script("postgres", "down.sql")?);
        postgres.batch_execute(&up)?;
        postgres.batch_execute(&down)?;
        let left: Vec<Column> = diesel::sql_query(POSTGRES_COLUMNS).load(&mut postgres)?;
        assert!(left.is_empty(), "{left:?}");
        postgres.batch_execute(&up)?;
    }
    Ok(())
}

fn an_empty_database_is_filled_by_the_first_command(kind: Kind) -> anyhow::Result<()> {
    let desk = Desk::new(kind)?;
    let status = desk.json(&["migrate", "status"])?;
    assert_eq!(status["status"], "empty");
    desk.json(&["room", "list"])?;
    assert_eq!(desk.json(&["migrate", "status"])?["status"], "current");
    assert_eq!(desk.json(&["migrate", "up"])?["ran"], 0);
    Ok(())
}
