//! roomkey-api.
