//! roomkey-auth.
