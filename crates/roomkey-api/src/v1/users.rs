//! Users, for admins.

pub(crate) mod add;
pub(crate) mod disable;
pub(crate) mod enable;
pub(crate) mod erase;
pub(crate) mod list;
pub(crate) mod set_password;
pub(crate) mod set_role;
pub(crate) mod show;
pub(crate) mod visits;
