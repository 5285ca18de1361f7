//! Databases for desks: a file of their own, or a database of their own on the server that the tests were given.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, bail};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::place;

/// Which database a desk stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// Whether it can be tried here; in continuous integration each must be.
    pub fn is_available(self) -> anyhow::Result<bool> {
        match (self, server_url()) {
            (Self::Sqlite, _) | (Self::Postgres, Some(_)) => Ok(true),
            (Self::Postgres, None) if place::is_ci() => {
                bail!("CI is set, but TEST_POSTGRES_URL is not")
            }
            (Self::Postgres, None) => Ok(false),
        }
    }

    /// The databases that can be tried here.
    pub fn available() -> anyhow::Result<Vec<Self>> {
        let mut available = Vec::new();
        for kind in [Self::Sqlite, Self::Postgres] {
            if kind.is_available()? {
                available.push(kind);
            }
        }
        Ok(available)
    }
}

/// The PostgreSQL that the tests were given.
fn server_url() -> Option<String> {
    place::variable("TEST_POSTGRES_URL")
}

/// A database on the server; removed with its value.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: String,
}

impl Database {
    /// A new one, empty or a copy of another one that nobody is connected to.
    pub fn new(template: Option<&Self>) -> anyhow::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{number}", process::id());
        let (server, _) = server()?.rsplit_once('/').map(split).context("a URL with a database")?;
        let template = template.map_or("template0", |template| template.name.as_str());
        let mut admin = admin()?;
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
        Ok(Self { url: format!("{server}/{name}"), name })
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Ok(mut admin) = admin() else { return };
        // What stays behind is removed by the next run.
        drop(admin.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)));
    }
}

const PREFIX: &str = "roomkey_tests_";

fn split((server, database): (&str, &str)) -> (String, String) {
    (server.to_owned(), database.to_owned())
}

fn server() -> anyhow::Result<String> {
    server_url().context("TEST_POSTGRES_URL names no PostgreSQL")
}

fn admin() -> anyhow::Result<PgConnection> {
    PgConnection::establish(&server()?).context("TEST_POSTGRES_URL does not answer")
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Removes the databases of runs that ended without doing so.
pub fn sweep() -> anyhow::Result<()> {
    let mut admin = admin()?;
    let query = diesel::sql_query(
        "SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'roomkey\\_tests\\_%'",
    );
    for Named { name } in query.load::<Named>(&mut admin)? {
        let run = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next());
        if run.is_some_and(|id| !place::is_alive(id)) {
            admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        }
    }
    Ok(())
}
