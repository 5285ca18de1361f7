//! Reads: a connection of the pool that cannot write.

use crate::db::connection::Db;

/// What can be read; its methods stand with the tables that they read.
pub struct Reader<'a> {
    pub(crate) db: &'a mut Db,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}
