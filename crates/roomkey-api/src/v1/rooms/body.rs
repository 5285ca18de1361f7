//! The settings of a room in a body: the names of [`SETTINGS`], each at most once, and no others.

use std::fmt;

use roomkey_claims::{RoomPatch, SETTINGS, Setting, SettingShape, SettingValue};
use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};

use crate::extract::fields::Fields;

/// What a body says of a room.
#[derive(Debug)]
pub(super) struct RoomBody {
    /// The room, in a body that may name it.
    pub(super) room_id: Option<String>,
    values: Vec<(&'static Setting, Option<SettingValue>)>,
}

impl RoomBody {
    /// Reads the settings alone.
    pub(super) fn settings<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Names { room_id: None })
    }

    /// Reads the settings beside the name of the room, which is `roomId`.
    pub(super) fn named<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Names { room_id: Some("roomId") })
    }

    /// Whether the body gives a setting a value, which may be null.
    pub(super) fn has(&self, setting: &Setting) -> bool {
        self.values.iter().any(|(named, _)| named.name == setting.name)
    }

    /// The settings as a patch; what is wrong with their values is noted.
    pub(super) fn patch(&self, fields: &mut Fields) -> RoomPatch {
        let mut patch = RoomPatch::NOTHING;
        for (setting, value) in &self.values {
            if let Err(error) = patch.set(setting, value.clone()) {
                fields.wrong(&format!("/{}", setting.name), error);
            }
        }
        patch
    }
}

/// Reads a body in which the room may have this name.
struct Names {
    room_id: Option<&'static str>,
}

impl<'de> Visitor<'de> for Names {
    type Value = RoomBody;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RoomBody, A::Error> {
        let mut body = RoomBody { room_id: None, values: Vec::new() };
        while let Some(name) = map.next_key::<String>()? {
            if let Some(known) = self.room_id.filter(|known| *known == name) {
                if body.room_id.is_some() {
                    return Err(A::Error::duplicate_field(known));
                }
                body.room_id = Some(map.next_value()?);
                continue;
            }
            let setting = SETTINGS.iter().find(|setting| setting.name == name);
            let setting = setting.ok_or_else(|| A::Error::unknown_field(&name, &[]))?;
            if body.has(setting) {
                return Err(A::Error::duplicate_field(setting.name));
            }
            let value = match setting.shape() {
                SettingShape::Flag => map.next_value::<Option<bool>>()?.map(SettingValue::Flag),
                SettingShape::Seconds => map.next_value::<Option<_>>()?.map(SettingValue::Seconds),
                SettingShape::Name { .. } | SettingShape::Word { .. } => {
                    map.next_value::<Option<_>>()?.map(SettingValue::Text)
                }
            };
            body.values.push((setting, value));
        }
        Ok(body)
    }
}
