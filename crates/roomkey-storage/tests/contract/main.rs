//! The contract of the store, written once and run on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod backends;
mod calls;
mod database;
mod erase;
mod faults;
mod log;
mod plans;
mod schema;
mod tickets;
mod tree;
mod uids;

/// Runs a scenario on SQLite, and on PostgreSQL where one is at hand (always in CI).
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&crate::database::Database::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $name() {
                if let Some(database) = crate::database::Database::postgres() {
                    super::$name(&database);
                }
            })+
        }
    };
}
pub(crate) use on_both;
