//! Keys: asked for at a provider's path, at the neutral one, at LiveKit's standard endpoint, and renewed.

pub(crate) mod answer;
pub(crate) mod neutral;
pub(crate) mod provider;
pub(crate) mod renew;
pub(crate) mod request;
pub(crate) mod token_source;
