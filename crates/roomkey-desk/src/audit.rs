//! The log is read: in pages, entry by entry, from a token to its entry, live, and as an export.
//!
//! Whoever reads it leaves an entry: one for a run of pages or a tail, at its first request.

mod cursor;
pub mod entry;
pub mod export;
pub mod listed;
pub mod page;
pub mod query;
pub mod stats;
pub mod tail;
pub mod trace;
pub(crate) mod watch;
