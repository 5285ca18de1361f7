//! The log, for auditors and admins.

pub(super) mod entry;
pub(super) mod events;
mod query;
pub(super) mod stats;
pub(super) mod tail;
pub(super) mod trace;
pub(super) mod view;
