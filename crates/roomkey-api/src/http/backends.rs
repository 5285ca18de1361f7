//! Backends, for admins.

pub(super) mod add;
pub(super) mod list;
pub(super) mod revoke;
pub(super) mod view;
