//! The way of a token: from the ticket that waits to the receipt of its entry.

pub(crate) mod batch;
pub(crate) mod calls;
pub(crate) mod committer;
mod facts;
pub(crate) mod job;
pub(crate) mod lookup;
