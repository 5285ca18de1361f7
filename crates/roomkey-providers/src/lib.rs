//! roomkey-providers.
