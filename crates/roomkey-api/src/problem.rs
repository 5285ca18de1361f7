//! Errors as problem details (RFC 9457): one contract, one body.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod contract;
pub(crate) mod error;
pub(crate) mod fault;
pub(crate) mod shape;
pub(crate) mod vendor;
