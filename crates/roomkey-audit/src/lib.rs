//! roomkey-audit.
