//! The log is read: in pages, entry by entry, from a token to its entry, live, and as an export.
//!
//! Whoever reads it leaves an entry: one for a run of pages or a tail, at its first request.

mod cursor;
mod entry;
mod export;
mod listed;
mod page;
mod query;
mod stats;
mod tail;
mod trace;
pub(crate) mod watch;

pub use entry::EntryName;
pub use export::{Export, ExportRange, SignedCheckpoint};
pub use listed::Listed;
pub use page::{AuditPage, Extent, PageRequest};
pub use query::AuditQuery;
pub use stats::{Interval, Stats, StatsRequest};
pub use tail::{MAX_WAIT, TailFrom, TailPage, TailRequest};
pub use trace::Trace;
