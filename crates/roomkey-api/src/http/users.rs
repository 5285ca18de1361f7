//! Users, for admins.

pub(super) mod add;
pub(super) mod disable;
pub(super) mod enable;
pub(super) mod erase;
pub(super) mod list;
pub(super) mod set_password;
pub(super) mod set_role;
pub(super) mod show;
pub(super) mod view;
pub(super) mod visits;
