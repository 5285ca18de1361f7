//! The API of people and backends, a folder for each resource.

pub(crate) mod audit;
pub(crate) mod backends;
pub(crate) mod events;
pub(crate) mod meetings;
pub(crate) mod members;
pub(crate) mod rooms;
pub(crate) mod session;
pub(crate) mod tokens;
pub(crate) mod users;
