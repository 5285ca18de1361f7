//! Backends, for admins.

pub(crate) mod add;
pub(crate) mod list;
pub(crate) mod revoke;
