//! Meetings: each use of a room with its own session at the provider, started and ended by admins.

mod end;
pub(crate) mod first;
mod list;
mod start;
