//! Meetings in rooms, for admins.

pub(crate) mod end;
pub(crate) mod list;
pub(crate) mod start;
