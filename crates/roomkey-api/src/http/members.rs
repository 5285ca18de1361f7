//! Members of rooms, for admins.

pub(super) mod list;
mod place;
pub(super) mod put;
pub(super) mod remove;
pub(super) mod view;
