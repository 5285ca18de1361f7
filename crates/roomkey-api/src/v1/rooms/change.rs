//! `PATCH /v1/rooms/{roomId}`.

use actix_web::web::{Data, Json, Path};
use roomkey_claims::{RoomId, RoomPatch};
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;
use roomkey_desk::wire::room::RoomView;
use roomkey_desk::wire::texts::RoomIdText;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::body::RoomBody;
use crate::extract::fields::{Fields, segment};
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// What is to change about a room; what is absent stays as it is.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangeRoomRequest {
    #[schema(ignore)]
    settings: RoomBody,
}

impl<'de> Deserialize<'de> for ChangeRoomRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { settings: RoomBody::settings(deserializer)? })
    }
}

impl ChangeRoomRequest {
    fn parse(&self) -> Result<RoomPatch, ApiError> {
        let mut fields = Fields::new();
        let patch = self.settings.patch(&mut fields);
        fields.done(patch)
    }
}

/// Changes a room's settings; another profile ends the running meeting.
///
/// **Problems:** `no-such-room`, `unknown-profile`, `room-bounds`, `room-settings`.
#[utoipa::path(patch, path = "/v1/rooms/{roomId}", tag = "Rooms",
    params(("roomId" = RoomIdText, Path, description = "The room")), request_body = ChangeRoomRequest,
    responses((status = 200, body = RoomView, description = "The room as it is now")))]
pub(crate) async fn change_room(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<ChangeRoomRequest>>,
) -> Result<Json<RoomView>, ApiError> {
    let room: RoomId = segment("roomId", &path)?;
    rooms::change::change(&desk.ground, &desk.tokens, &admin, room.clone(), body.parse()?).await?;
    Ok(Json(RoomView::of(&rooms::show(&desk.ground, &admin, room).await?)))
}

#[cfg(test)]
mod tests {
    use roomkey_claims::{Access, Role, RoomBounds, RoomSettings};

    use super::*;
    use crate::problem::fault::FieldError;

    fn parse(body: &str) -> Result<RoomPatch, ApiError> {
        serde_json::from_str::<ChangeRoomRequest>(body).unwrap().parse()
    }

    #[test]
    fn absent_keeps_null_clears_and_a_value_sets() {
        let mut room = RoomSettings::new("stage".parse().unwrap());
        let mut change = |body: &str| {
            parse(body).unwrap().apply(&mut room);
            room.clone()
        };
        let before =
            change(r#"{"openRole":"publisher","perDevice":true,"minSeconds":60,"maxSeconds":90}"#);
        assert_eq!(before.access, Access::Open(Role::Publisher));
        assert_eq!(before.bounds, RoomBounds { min: Some(60), default: None, max: Some(90) });
        let after = change(r#"{"openRole":null,"minSeconds":70,"maxSeconds":null}"#);
        let bounds = RoomBounds { min: Some(70), default: None, max: None };
        assert_eq!(after, RoomSettings { access: Access::Restricted, bounds, ..before });
        assert_eq!(change("{}"), after);
    }

    #[test]
    fn each_wrong_value_is_named_with_what_is_right() {
        let Err(ApiError::Invalid(wrong)) =
            parse(r#"{"openRole":"owner","minSeconds":0,"perDevice":true}"#)
        else {
            panic!("accepted")
        };
        let role = "must be one of subscriber, publisher, publisher_only, moderator";
        assert_eq!(
            wrong,
            [
                FieldError::new("/openRole", role),
                FieldError::new("/minSeconds", "must be from 1 to 4294967295")
            ]
        );
    }

    #[test]
    fn unknown_names_names_twice_and_other_types_are_refused() {
        for bad in [r#"{"roomId":"a"}"#, r#"{"e2ee":true,"e2ee":true}"#, r#"{"perDevice":1}"#] {
            assert!(serde_json::from_str::<ChangeRoomRequest>(bad).is_err(), "{bad}");
        }
    }
}
