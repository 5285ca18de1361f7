//! What only OpenTok does; what every provider does is in `conformance.rs`.

mod drafts;
mod readings;
mod refusals;
mod rest;
mod vectors;

pub(super) use vectors::VECTORS;

use super::DESCRIPTOR;

/// A secret of the right form. The SDKs' own dummy has 42 digits.
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";

/// A session of the API key 123456.
pub(super) const SESSION: &str =
    "1_MX4xMjM0NTZ-fjE3MDAwMDAwMDAwMDB-YWJjREVGMDEyMzQ1Njc4OWFiY0RFRjAxfn4";

/// Whether the sample secret signed a token.
fn verified(token: &str) -> bool {
    crate::tokbox::fixtures::read_with(&DESCRIPTOR, SECRET, token).verified
}
