//! Users: added, listed, enabled, disabled, given a role or a password, erased, all by admins.

mod add;
mod disable;
mod enable;
mod erase;
mod list;
mod set_password;
mod set_role;

pub use add::NewUserRequest;
