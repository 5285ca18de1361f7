//! What only Vonage Video does; what every provider does is in `conformance.rs`, and what it shares with OpenTok in
//! OpenTok's tests.

mod keys;
mod refusals;
mod rest;
mod tokens;
mod vectors;

pub(super) use keys::PRIVATE_KEY;
pub(super) use vectors::VECTORS;

use super::DESCRIPTOR;

/// A session of the application in the examples.
pub(super) const SESSION: &str = "1_MX4yOWY3NjBmOC03Y2UxLTQ2YzktYWRlMy1mMmRlZGVlNGVkNWZ-fjE3MjY0NjI1ODg2NDd-MTF4TGExYmJoelBlR1FHbVhzbWd4STBrfn5-";

/// Whether the sample key signed a token.
fn verified(token: &str) -> bool {
    crate::tokbox::fixtures::read_with(&DESCRIPTOR, PRIVATE_KEY, token).verified
}
