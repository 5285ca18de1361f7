//! roomkey-storage.
