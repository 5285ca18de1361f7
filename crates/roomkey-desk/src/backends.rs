//! Backends: added, listed and revoked, all by admins.

mod add;
mod list;
mod revoke;

pub use add::{AddedBackend, BackendName, BackendNameError, NewBackendRequest};
