//! The indexes of the entries, taken away while rows are written and made anew afterwards, from their own words.
//!
//! Sorting once is many times faster than finding the place of each row in ten indexes.

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

/// What makes the indexes that are missing now; those that keep entries unique stay.
#[derive(Debug)]
pub(super) struct Indexes {
    url: String,
    made_by: Vec<String>,
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    made_by: String,
}

const OF_SQLITE: &str = "SELECT name, sql AS made_by FROM sqlite_master \
    WHERE type = 'index' AND tbl_name = 'entries' AND sql NOT LIKE 'CREATE UNIQUE%'";

const OF_POSTGRES: &str = "SELECT indexname::text AS name, indexdef AS made_by FROM pg_indexes \
    WHERE tablename = 'entries' AND indexdef NOT LIKE 'CREATE UNIQUE%'";

/// The connection of whichever database it is.
fn on<T>(
    url: &str,
    sqlite: impl FnOnce(&mut SqliteConnection) -> QueryResult<T>,
    postgres: impl FnOnce(&mut PgConnection) -> QueryResult<T>,
) -> anyhow::Result<T> {
    match url.strip_prefix("sqlite://") {
        Some(path) => {
            let mut db = SqliteConnection::establish(path).context("the database")?;
            Ok(sqlite(&mut db)?)
        }
        None => Ok(postgres(&mut PgConnection::establish(url).context("the database")?)?),
    }
}

/// Drops the indexes.
pub(super) fn take(url: &str) -> anyhow::Result<Indexes> {
    let drops = |found: &[Index]| {
        found.iter().map(|index| format!("DROP INDEX {};", index.name)).collect::<String>()
    };
    let found = on(
        url,
        |db| {
            let found: Vec<Index> = diesel::sql_query(OF_SQLITE).load(db)?;
            db.batch_execute(&drops(&found))?;
            Ok(found)
        },
        |db| {
            let found: Vec<Index> = diesel::sql_query(OF_POSTGRES).load(db)?;
            db.batch_execute(&drops(&found))?;
            Ok(found)
        },
    )?;
    let made_by = found.into_iter().map(|index| index.made_by).collect();
    Ok(Indexes { url: url.to_owned(), made_by })
}

impl Indexes {
    /// Makes them anew.
    pub(super) fn put_back(self) -> anyhow::Result<()> {
        // In memory of bounded size, the log of the database emptied after each.
        let sqlite = |db: &mut SqliteConnection| {
            db.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA cache_size = -131072;")?;
            for statement in &self.made_by {
                db.batch_execute(statement)?;
                db.batch_execute("PRAGMA wal_checkpoint(TRUNCATE);")?;
            }
            Ok(())
        };
        let postgres =
            |db: &mut PgConnection| self.made_by.iter().try_for_each(|made| db.batch_execute(made));
        on(&self.url, sqlite, postgres)
    }
}
