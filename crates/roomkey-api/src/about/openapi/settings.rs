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
            let required = &mut document["components"]["schemas"][name]["required"];
            match (requires(setting), required.as_array_mut()) {
                (true, Some(list)) => list.push(json!(setting.name)),
                (true, None) => *required = json!([setting.name]),
                (false, _) => {}
            }
        }
    }
}

fn property(setting: &Setting, nullable: bool) -> Value {
    let mut property = match setting.shape() {
        SettingShape::Flag => json!({"type": "boolean"}),
        SettingShape::Name { pattern } => json!({"type": "string", "pattern": pattern}),
        SettingShape::Word { words } => json!({"type": "string", "enum": words}),
        SettingShape::Seconds => {
            json!({"type": "integer", "format": "int64", "minimum": 1, "maximum": u32::MAX})
        }
    };
    if nullable {
        property["type"] = json!([property["type"], "null"]);
        if let Some(words) = property["enum"].as_array_mut() {
            words.push(Value::Null);
        }
    }
    let null = setting.null.map(|null| format!("; null {null}")).unwrap_or_default();
    property["description"] = json!(format!("{}{null}.", setting.doc));
    property
}
