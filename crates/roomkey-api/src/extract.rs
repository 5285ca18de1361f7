//! From a request to values: credentials, bodies, queries, path segments.

pub(crate) mod client;
pub(crate) mod credentials;
pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod listing;
pub(crate) mod query;
pub(crate) mod then;
