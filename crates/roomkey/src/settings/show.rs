//! `config show`: every effective value with its origin, secrets masked.

use serde_json::{Value, json};

use super::given::PROVIDERS;
use super::masking::masked;
use super::reading::effective;
use super::schema::SPECS;
use super::values::Settings;

/// One effective value.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The key, with its section.
    pub(crate) key: String,
    /// The value, masked where it is secret.
    pub(crate) value: Value,
    /// Where it came from.
    pub(crate) origin: String,
}

impl Shown {
    /// The row as JSON.
    pub(crate) fn json(&self) -> Value {
        json!({ "key": self.key, "value": self.value, "origin": self.origin })
    }
}

/// Every value that counts.
pub(crate) fn all(settings: &Settings) -> Vec<Shown> {
    let layers = &settings.layers;
    let fixed = SPECS.iter().map(|spec| {
        let given = effective(layers, spec.section, spec.key);
        Shown {
            key: format!("{}.{}", spec.section, spec.key),
            value: masked(spec.section, spec.key, &given.value),
            origin: given.origin.to_string(),
        }
    });
    let mut shown: Vec<Shown> = fixed.collect();
    for name in layers.profiles() {
        let section = format!("{PROVIDERS}.{name}");
        for (key, given) in layers.section(&section) {
            let value = masked(&section, key, &given.value);
            shown.push(Shown {
                key: format!("{section}.{key}"),
                value,
                origin: given.origin.to_string(),
            });
        }
    }
    shown
}
