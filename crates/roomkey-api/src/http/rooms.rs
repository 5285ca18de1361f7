//! Rooms, for admins.

pub(super) mod add;
pub(super) mod change;
pub(super) mod close;
pub(super) mod list;
pub(super) mod open;
pub(super) mod show;
pub(super) mod view;
