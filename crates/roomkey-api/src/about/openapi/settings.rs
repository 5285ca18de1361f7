//! The settings of rooms, from the table of settings.

use roomkey_claims::{SETTINGS, Setting, SettingShape};
use serde_json::{Value, json};

use super::fill;

/// A schema that has the settings, and which of them it requires and lets be null.
struct Schema {
    name: &'static str,
    requires: fn(&Setting) -> bool,
    nullable: fn(&Setting) -> bool,
}

const SCHEMAS: [Schema; 3] = [
    Schema { name: "RoomView", requires: |_| true, nullable: Setting::is_nullable },
    Schema {
        name: "AddRoomRequest",
        requires: Setting::is_required,
        nullable: |setting| !setting.is_required(),
    },
    Schema {
        name: "ChangeRoomRequest",
        requires: |_| false,
        nullable: |setting| !setting.is_required(),
    },
];

/// Adds the settings to the schemas of rooms.
pub(crate) fn add(document: &mut Value) {
    for Schema { name, requires, nullable } in SCHEMAS {
        for setting in SETTINGS {
            let property = property(setting, nullable(setting));
            let path = ["components", "schemas", name, "properties", setting.name];
            fill::put(document, &path, property);
            let required = fill::list(document, &["components", "schemas", name, "required"]);
            if let Some(list) = required.filter(|_| requires(setting)) {
                list.push(json!(setting.name));
            }
        }
    }
}

fn property(setting: &Setting, nullable: bool) -> Value {
    let of = |name: &str| if nullable { json!([name, "null"]) } else { json!(name) };
    let meaning = setting.null.map(|null| format!("; null {null}")).unwrap_or_default();
    let doc = format!("{}{meaning}.", setting.doc);
    match setting.shape() {
        SettingShape::Flag => json!({"type": of("boolean"), "description": doc}),
        SettingShape::Name { pattern } => {
            json!({"type": of("string"), "pattern": pattern, "description": doc})
        }
        SettingShape::Word { words } => {
            let words = words.into_iter().map(Value::from).chain(nullable.then_some(Value::Null));
            let words: Vec<Value> = words.collect();
            json!({"type": of("string"), "enum": words, "description": doc})
        }
        SettingShape::Seconds => json!({
            "type": of("integer"), "format": "int64", "minimum": 1, "maximum": u32::MAX,
            "description": doc,
        }),
    }
}
