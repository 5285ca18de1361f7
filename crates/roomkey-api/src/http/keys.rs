//! Keys: asked for at a provider's path, at the neutral one, at LiveKit's standard endpoint, and renewed.

pub(super) mod answer;
pub(super) mod neutral;
pub(super) mod provider;
pub(super) mod renew;
pub(super) mod request;
pub(super) mod token_source;
