//! Events with a window of time, for admins.

pub(crate) mod list;
pub(crate) mod set;
