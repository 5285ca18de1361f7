//! The settings of `--dev`: everything under `./data`, and the published key of `livekit-server --dev`.

use serde_json::Value;

use super::layers::{Layers, Origin};

/// Lays them under the environment and the flags.
pub(super) fn lay(layers: &mut Layers) {
    let rows = [
        ("cors", "allowed_origins", Value::Array(vec!["*".into()])),
        ("log", "folder", "data/log".into()),
        ("providers.dev", "kind", "livekit".into()),
        ("providers.dev", "url", "ws://127.0.0.1:7880".into()),
        ("providers.dev", "key", "devkey".into()),
        ("providers.dev", "secret", "secret".into()),
    ];
    for (section, key, value) in rows {
        layers.put(section, key, value, Origin::Dev);
    }
}
