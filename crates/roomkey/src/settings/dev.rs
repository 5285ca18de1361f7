//! The settings of `--dev`: everything under `./data`, and the published key of `livekit-server --dev`.

use super::given::Origin;
use super::layers::Layers;

/// Lays them under the environment and the flags.
pub(super) fn lay(layers: &mut Layers) {
    let rows = [
        ("log", "folder", "data/log"),
        ("providers.dev", "kind", "livekit"),
        ("providers.dev", "url", "ws://127.0.0.1:7880"),
        ("providers.dev", "key", "devkey"),
        ("providers.dev", "secret", "secret"),
    ];
    for (section, key, value) in rows {
        layers.put(section, key, value.into(), Origin::Dev);
    }
}
