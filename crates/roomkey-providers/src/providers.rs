//! The list of providers.
//!
//! A new provider is a file beside `livekit.rs` and a row of [`ALL`] (with the `mod` line that Rust wants for a file).
//! Rows are sorted by kind; a test compares them with the folder.

mod agora;
mod livekit;
mod opentok;
mod vonage;

use crate::Descriptor;

/// Every provider, sorted by kind.
pub static ALL: &[&Descriptor] = &[
    &agora::DESCRIPTOR,
    &livekit::DESCRIPTOR,
    &opentok::DESCRIPTOR,
    &vonage::DESCRIPTOR, // one row for each file in `providers/`
];

/// The provider of this kind, or `None` where there is none; [`ALL`] names the known ones.
pub fn find(kind: &str) -> Option<&'static Descriptor> {
    ALL.iter().copied().find(|descriptor| descriptor.kind == kind)
}
