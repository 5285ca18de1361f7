//! The tables of who may enter where: one file a table, with its facts for tickets, its reads and its changes.

pub(crate) mod backends;
pub(crate) mod erase;
pub(crate) mod meetings;
pub(crate) mod members;
pub(crate) mod policy;
pub(crate) mod rooms;
pub(crate) mod sessions;
pub(crate) mod uids;
pub(crate) mod users;
pub(crate) mod visits;
pub(crate) mod windows;
