//! Sessions and what a user does about itself.

pub(super) mod login;
pub(super) mod logout;
pub(super) mod me;
pub(super) mod password;
pub(super) mod rooms;
