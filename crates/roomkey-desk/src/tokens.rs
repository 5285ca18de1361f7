//! Tokens: issued, renewed, signed.

pub mod issue;
pub mod keyring;
pub mod named_user;
pub mod renew;
pub mod rules;
