//! Rooms, for admins.

pub(crate) mod add;
mod body;
pub(crate) mod change;
pub(crate) mod close;
pub(crate) mod list;
pub(crate) mod open;
pub(crate) mod show;
