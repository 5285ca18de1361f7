//! Errors as problem details (RFC 9457): one contract, one body.

pub(crate) mod body;
pub(crate) mod contract;
pub(crate) mod error;
