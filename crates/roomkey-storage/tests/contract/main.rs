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
mod sweeps;
mod tickets;
mod tree;
mod uids;

/// Makes of each scenario two tests, `<scenario>::sqlite` and `<scenario>::postgres`, so that one database's failure does
/// not hide the other's. The second is skipped where no server is at hand, which in CI is an error.
macro_rules! on_each {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            #[test]
            fn sqlite() {
                super::$name(&crate::database::Database::sqlite());
            }

            #[test]
            fn postgres() {
                if let Some(database) = crate::database::Database::postgres() {
                    super::$name(&database);
                }
            }
        })+
    };
}
pub(crate) use on_each;
