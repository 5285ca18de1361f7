//! `POST /v1/rooms`.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use roomkey_claims::SETTINGS;
use roomkey_desk::Room;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;
use roomkey_desk::wire::room::RoomView;
use roomkey_desk::wire::texts::RoomIdText;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::body::RoomBody;
use crate::extract::fields::Fields;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// A room to be added.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AddRoomRequest {
    /// The room.
    #[schema(value_type = RoomIdText)]
    room_id: String,
    #[schema(ignore)]
    settings: RoomBody,
}

impl<'de> Deserialize<'de> for AddRoomRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut settings = RoomBody::named(deserializer)?;
        let room_id = settings.room_id.take().ok_or_else(|| D::Error::missing_field("roomId"))?;
        let mut required = SETTINGS.iter().filter(|setting| setting.is_required());
        match required.find(|setting| !settings.has(setting)) {
            Some(setting) => Err(D::Error::missing_field(setting.name)),
            None => Ok(Self { room_id, settings }),
        }
    }
}

impl AddRoomRequest {
    fn parse(&self) -> Result<Room, ApiError> {
        let mut fields = Fields::new();
        let room = fields.required("/roomId", &self.room_id);
        let settings = self.settings.patch(&mut fields).new_room();
        let (Some(room), Some(settings)) = (room, settings) else { return Err(fields.refuse()) };
        fields.done(Room { room, settings })
    }
}

/// Adds a room.
///
/// **Problems:** `room-exists`, `unknown-profile`, `room-bounds`, `room-settings`.
#[utoipa::path(post, path = "/v1/rooms", tag = "Rooms", request_body = AddRoomRequest,
    responses((status = 201, body = RoomView, description = "The room")))]
pub(crate) async fn add_room(
    desk: Data<Desk>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<AddRoomRequest>>,
) -> Result<HttpResponse, ApiError> {
    let room = body.parse()?;
    rooms::add(&desk.ground, &desk.tokens, &admin, room.clone()).await?;
    let location = format!("/v1/rooms/{}", room.room);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(RoomView::of(&room)))
}
