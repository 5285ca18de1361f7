//! Surfaces for the vendors' own clients, each served only where the settings switch it on.
//!
//! They differ from the other paths in what goes in and out, and in nothing else: authentication, membership and log are
//! the same.
//! What such a client says of role and number is checked against what the membership gives, never granted.

pub(crate) mod agora;
pub(crate) mod opentok;
