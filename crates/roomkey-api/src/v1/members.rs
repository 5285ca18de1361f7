//! Members of rooms, for admins.

pub(crate) mod list;
mod place;
pub(crate) mod put;
pub(crate) mod remove;
