//! Events with a window of time, for admins.

pub(super) mod list;
pub(super) mod set;
