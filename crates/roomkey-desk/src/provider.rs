//! Calls to providers, each recorded before its credential is signed.

pub mod archives;
pub mod call;
pub mod disconnect;
