//! Sessions: users and backends are authenticated, log in and out, and see what is theirs.

pub mod authenticate;
pub mod login;
pub mod logout;
pub mod me;
pub mod password;
pub mod visits;
