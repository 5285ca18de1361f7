//! A room on the wire.

use roomkey_claims::{SETTINGS, SettingValue};
use roomkey_storage::Room;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::wire::texts::RoomIdText;

/// A room.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct RoomView {
    /// The room.
    #[schema(value_type = RoomIdText)]
    room_id: String,
    #[schema(ignore)]
    settings: Vec<(&'static str, Option<SettingValue>)>,
    /// Whether the room is closed: no keys are issued.
    closed: bool,
}

impl Serialize for RoomView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("roomId", &self.room_id)?;
        for (name, value) in &self.settings {
            match value {
                None => map.serialize_entry(name, &())?,
                Some(SettingValue::Flag(flag)) => map.serialize_entry(name, flag)?,
                Some(SettingValue::Text(text)) => map.serialize_entry(name, text)?,
                Some(SettingValue::Seconds(seconds)) => map.serialize_entry(name, seconds)?,
            }
        }
        map.serialize_entry("closed", &self.closed)?;
        map.end()
    }
}

impl RoomView {
    pub fn of(Room { room, settings }: &Room) -> Self {
        Self {
            room_id: room.to_string(),
            settings: SETTINGS
                .iter()
                .map(|setting| (setting.name, setting.value(settings)))
                .collect(),
            closed: settings.closed,
        }
    }
}
