//! Users: added, listed, enabled, disabled, given a role or a password, all by admins.

mod add;
mod disable;
mod enable;
mod list;
mod set_password;
mod set_role;

pub use add::NewUserRequest;
