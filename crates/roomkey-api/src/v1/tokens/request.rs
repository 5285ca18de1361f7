//! What may be asked for.

use roomkey_claims::ProviderKind;
use roomkey_desk::tokens::issue::KeyRequest;
use roomkey_desk::tokens::rule::Claimed;
use roomkey_desk::wire::numbers::TtlSeconds;
use roomkey_desk::wire::texts::{DeviceIdText, EventIdText, RoomIdText, SceneIdText};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::Fields;
use crate::problem::error::ApiError;

/// What is asked for: a place and a lifetime, never an identity, a role or a permission.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyBody {
    /// The room.
    #[schema(value_type = RoomIdText)]
    room_id: String,
    /// A scene of the room.
    #[schema(value_type = Option<SceneIdText>)]
    scene_id: Option<String>,
    /// An event of the room.
    #[schema(value_type = Option<EventIdText>)]
    event_id: Option<String>,
    /// The lifetime in seconds; the room's default where it is absent. One outside the bounds is refused; the end of an event cuts it.
    #[schema(value_type = Option<TtlSeconds>)]
    ttl_seconds: Option<i64>,
    /// The device, where the room has identities per device.
    #[schema(value_type = Option<DeviceIdText>)]
    device_id: Option<String>,
    /// Whether the key is to admit to the provider's messaging too (Agora's RTM), where the profile has it.
    #[serde(default)]
    messaging: bool,
    /// The user whom a backend acts for, by username or DID; a user may not send it.
    user: Option<String>,
}

impl KeyBody {
    /// The request, its values held to their patterns.
    pub(crate) fn parse(&self, kind: Option<ProviderKind>) -> Result<KeyRequest, ApiError> {
        let mut fields = Fields::new();
        let room = fields.required("/roomId", &self.room_id);
        let scene = fields.optional("/sceneId", self.scene_id.as_deref());
        let event = fields.optional("/eventId", self.event_id.as_deref());
        let device = fields.optional("/deviceId", self.device_id.as_deref());
        let seconds = fields.seconds("/ttlSeconds", self.ttl_seconds);
        let user = fields.optional("/user", self.user.as_deref());
        let Some(room) = room else { return Err(fields.refuse()) };
        let (messaging, claimed) = (self.messaging, Claimed::NOTHING);
        fields.done(KeyRequest {
            room,
            scene,
            event,
            device,
            seconds,
            kind,
            messaging,
            user,
            claimed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<KeyRequest, ApiError> {
        serde_json::from_str::<KeyBody>(body).unwrap().parse(None)
    }

    #[test]
    fn every_value_out_of_its_pattern_is_named() {
        let request = parse(r#"{"roomId":"stage-1","sceneId":"a","ttlSeconds":60}"#).unwrap();
        assert_eq!((request.room.as_str(), request.seconds), ("stage-1", Some(60)));
        let Err(ApiError::Invalid(errors)) =
            parse(r#"{"roomId":"*","eventId":"..","deviceId":"é","ttlSeconds":0}"#)
        else {
            panic!("not refused");
        };
        assert_eq!(errors.len(), 4);
        let long = format!(r#"{{"roomId":"{}"}}"#, "x".repeat(10_240));
        for bad in [r#"{"roomId":""}"#, r#"{"roomId":"a\u0000"}"#, r#"{"roomId":"a\r\n"}"#, &long] {
            assert!(matches!(parse(bad), Err(ApiError::Invalid(_))), "{bad}");
        }
    }
}
