//! The log, for auditors and admins.

mod conditions;
pub(crate) mod entry;
pub(crate) mod events;
mod query;
pub(crate) mod stats;
pub(crate) mod tail;
pub(crate) mod trace;
