//! The schema is the same in both databases.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use roomkey_storage::{Location, Store};

use crate::database::Database;
use crate::on_each;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
#[expect(clippy::struct_field_names, reason = "the names of the catalogs")]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Bool)]
    in_key: bool,
}

fn columns(database: &Database) -> BTreeSet<Column> {
    drop(database.open());
    let columns: Vec<Column> = match &database.location {
        Location::Sqlite(path) => diesel::sql_query(
            "SELECT m.name AS table_name, c.name AS column_name, c.\"notnull\" = 0 AS nullable, c.pk > 0 AS in_key \
             FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
        )
        .load(&mut SqliteConnection::establish(&path.to_string_lossy()).unwrap()),
        Location::Postgres(url) => diesel::sql_query(
            "SELECT c.table_name::text, c.column_name::text, c.is_nullable = 'YES' AS nullable, \
             EXISTS (SELECT 1 FROM information_schema.table_constraints t \
                 JOIN information_schema.key_column_usage k USING (constraint_name, table_name) \
                 WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_name = c.table_name \
                 AND k.column_name = c.column_name) AS in_key \
             FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_\\_%'",
        )
        .load(&mut PgConnection::establish(url).unwrap()),
    }
    .unwrap();
    columns.into_iter().collect()
}

#[test]
fn both_databases_have_the_same_columns() {
    let sqlite = columns(&Database::sqlite());
    assert!(sqlite.len() > 50);
    if let Some(database) = Database::postgres() {
        assert_eq!(columns(&database), sqlite);
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let names = |dialect: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(migrations.join(dialect)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

fn migrations_go_down_and_up_again(database: &Database) {
    drop(database.open());
    let folder = database.location.dialect();
    let down = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../../migrations/{folder}/0001_desk/down.sql"));
    database.tamper(&std::fs::read_to_string(down).unwrap()).unwrap();
    database.tamper("DELETE FROM __diesel_schema_migrations").unwrap();
    assert_eq!(Store::migrate(&database.location).unwrap(), 1);
    database.desk();
}

on_each!(migrations_go_down_and_up_again);
