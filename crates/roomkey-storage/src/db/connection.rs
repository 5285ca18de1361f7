//! Where the database is and how a connection to it is made.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};

/// A connection to either database; the same queries run on both.
#[derive(diesel::MultiConnection)]
pub(crate) enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// One file, embedded.
    Sqlite(PathBuf),
    /// A server, by its connection URI (may hold a password: never printed).
    Postgres(String),
}

impl Location {
    /// Which database it is, as messages and metrics name it.
    pub const fn dialect(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// The same location with a relative file name taken from `folder`.
    #[must_use]
    pub fn relative_to(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(folder.join(path)),
            Self::Postgres(url) => Self::Postgres(url),
        }
    }

    /// Opens a connection that commits durably and waits at most two seconds for a lock.
    pub(crate) fn connect(&self) -> Result<Db, ConnectionError> {
        let failed =
            |error: diesel::result::Error| ConnectionError::BadConnection(error.to_string());
        match self {
            Self::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                // The order matters: without the time-out first, switching to WAL fails beside another process.
                connection
                    .batch_execute(
                        "PRAGMA busy_timeout = 1500; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                         PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; \
                         PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;",
                    )
                    .map_err(failed)?;
                Ok(Db::Sqlite(connection))
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::establish(url)?;
                connection
                    .batch_execute(
                        "SET lock_timeout = '1500ms'; SET statement_timeout = '10s'; SET synchronous_commit = on; \
                         SET idle_in_transaction_session_timeout = '10s';",
                    )
                    .map_err(failed)?;
                Ok(Db::Postgres(connection))
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// A text that names no database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be sqlite://relative/path, sqlite:///absolute/path or postgres://user@host/database")]
pub struct LocationError;

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        match text.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() && !path.contains(['?', '\0']) => {
                Ok(Self::Sqlite(path.into()))
            }
            Some(("postgres" | "postgresql", rest)) if is_plain(rest) => {
                Ok(Self::Postgres(bounded(text)))
            }
            _ => Err(LocationError),
        }
    }
}

/// Whether the part of a connection URI behind `://` reads the same to everybody.
///
/// libpq repeats what it cannot read of a URI, a password too, so nothing that it could misread is handed to it:
/// only characters of RFC 3986 with whole escapes, one `@` at most before the first `/`, and a number as the port.
fn is_plain(rest: &str) -> bool {
    let (authority, _) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%[]".contains(&byte);
    let escapes = rest.split('%').skip(1).all(|escape| {
        escape.len() >= 2 && escape.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
    });
    let (userinfo, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let ports = hosts.split(',').all(|host| match host.rsplit_once(':') {
        Some((_, port)) if !host.ends_with(']') => port.bytes().all(|byte| byte.is_ascii_digit()),
        _ => true,
    });
    !rest.is_empty()
        && rest.bytes().all(allowed)
        && escapes
        && ports
        && !userinfo.contains(['@', '[', ']'])
}

/// The URI with bounds on how long a dead server holds up a connection, where it sets none itself.
fn bounded(uri: &str) -> String {
    const BOUNDS: [(&str, &str); 5] = [
        ("connect_timeout", "2"),
        ("keepalives_idle", "5"),
        ("keepalives_interval", "2"),
        ("keepalives_count", "3"),
        ("tcp_user_timeout", "5000"),
    ];
    BOUNDS.iter().filter(|(name, _)| !uri.contains(&format!("{name}="))).fold(
        uri.to_owned(),
        |uri, (name, value)| {
            let separator = if uri.contains('?') { '&' } else { '?' };
            format!("{uri}{separator}{name}={value}")
        },
    )
}

/// Makes connections for the pool of readers.
#[derive(Debug)]
pub(crate) struct Connector(pub(crate) Location);

/// A connection of the pool.
pub(crate) struct Slot {
    pub(crate) db: Db,
    /// Set by a read that failed: the connection may be gone, so another one takes its place.
    pub(crate) failed: bool,
}

impl diesel::r2d2::ManageConnection for Connector {
    type Connection = Slot;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Slot, Self::Error> {
        let mut db = self.0.connect().map_err(diesel::r2d2::Error::ConnectionError)?;
        let read_only = match &db {
            Db::Sqlite(_) => "PRAGMA query_only = ON;",
            Db::Postgres(_) => "SET default_transaction_read_only = on;",
        };
        db.batch_execute(read_only).map_err(diesel::r2d2::Error::QueryError)?;
        Ok(Slot { db, failed: false })
    }

    fn is_valid(&self, conn: &mut Slot) -> Result<(), Self::Error> {
        conn.db.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Slot) -> bool {
        conn.failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_files_and_servers() {
        assert_eq!(
            "sqlite://data/roomkey.db".parse(),
            Ok(Location::Sqlite("data/roomkey.db".into()))
        );
        assert_eq!(
            "sqlite:///var/roomkey.db".parse(),
            Ok(Location::Sqlite("/var/roomkey.db".into()))
        );
        assert!(matches!("postgres://u@h/d".parse(), Ok(Location::Postgres(_))));
        for bad in ["", "roomkey.db", "mysql://x", "sqlite://", "sqlite://a?mode=memory"] {
            assert_eq!(bad.parse::<Location>(), Err(LocationError), "{bad}");
        }
    }

    #[test]
    fn a_uri_that_could_be_misread_is_refused_without_a_word_of_it() {
        for bad in [
            "u:hunter%zz2@h/d",
            "u:hun/ter2@h/d",
            "u:hun@ter2@h/d",
            "u:hun[ter2@h/d",
            "u:hunter 2@h/d",
            "h:x/d",
            "",
        ] {
            assert_eq!(
                format!("postgres://{bad}").parse::<Location>(),
                Err(LocationError),
                "{bad}"
            );
        }
        for good in [
            "u:hunter%2F2@h:5432/d",
            "u@[::1]:5432/d",
            "/d?host=%2Frun",
            "u@one:1,two:2/d?application_name=x",
        ] {
            assert!(format!("postgres://{good}").parse::<Location>().is_ok(), "{good}");
        }
    }

    #[test]
    fn a_uri_keeps_its_own_bounds() {
        let uri = bounded("postgres://h/d?connect_timeout=9");
        assert!(uri.starts_with("postgres://h/d?connect_timeout=9&keepalives_idle=5&"), "{uri}");
        assert!(bounded("postgres://h/d").starts_with("postgres://h/d?connect_timeout=2&"));
    }

    #[test]
    fn a_password_in_the_url_is_not_printed() {
        let location: Location = "postgres://u:hunter2@h/d".parse().unwrap();
        assert!(!format!("{location:?}").contains("hunter2"));
    }
}
