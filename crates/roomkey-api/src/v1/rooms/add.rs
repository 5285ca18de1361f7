//! `POST /v1/rooms`.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use roomkey_claims::{Access, RoomBounds, RoomFacts, SessionOptions};
use roomkey_storage::Room;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::Fields;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;
use roomkey_desk::wire::room::{ArchiveMode, MediaMode, RoleName, RoomView};

/// A room to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddRoomRequest {
    /// The room.
    room_id: String,
    /// The provider profile that it lives on, as the settings name it.
    provider: String,
    /// The role that any enabled user enters with; where it is absent, only members enter.
    #[schema(value_type = Option<RoleName>)]
    open_role: Option<String>,
    /// Whether an event must be named; it need not where it is absent.
    #[serde(default)]
    event_required: bool,
    /// Whether identities are per device; they are not where it is absent.
    #[serde(default)]
    per_device: bool,
    /// Whether the user's DID stands in the token's metadata; it does not where it is absent.
    #[serde(default)]
    with_did: bool,
    /// Whether participants are texts where the provider would take numbers; they are not where it is absent.
    #[serde(default)]
    string_accounts: bool,
    /// How media flow in the sessions of meetings; `routed` where it is absent.
    #[schema(value_type = Option<MediaMode>)]
    media_mode: Option<String>,
    /// Whether media are encrypted from end to end; they are not where it is absent.
    #[serde(default)]
    e2ee: bool,
    /// Whether meetings are recorded; `manual` where it is absent.
    #[schema(value_type = Option<ArchiveMode>)]
    archive_mode: Option<String>,
    /// Shortest lifetime, in seconds.
    min_seconds: Option<i64>,
    /// Lifetime for which nobody asked, in seconds.
    default_seconds: Option<i64>,
    /// Longest lifetime, in seconds.
    max_seconds: Option<i64>,
}

impl AddRoomRequest {
    fn parse(&self) -> Result<Room, ApiError> {
        let mut fields = Fields::new();
        let room = fields.required("/roomId", &self.room_id);
        let profile = fields.required("/provider", &self.provider);
        let open_role = fields.optional("/openRole", self.open_role.as_deref());
        let bounds = RoomBounds {
            min: fields.seconds("/minSeconds", self.min_seconds),
            default: fields.seconds("/defaultSeconds", self.default_seconds),
            max: fields.seconds("/maxSeconds", self.max_seconds),
        };
        let plain = SessionOptions::PLAIN;
        let session = SessionOptions {
            media: fields.optional("/mediaMode", self.media_mode.as_deref()).unwrap_or(plain.media),
            e2ee: self.e2ee,
            archive: fields
                .optional("/archiveMode", self.archive_mode.as_deref())
                .unwrap_or(plain.archive),
        };
        let (Some(room), Some(profile)) = (room, profile) else { return Err(fields.refuse()) };
        let settings = RoomFacts {
            profile,
            access: open_role.map_or(Access::Restricted, Access::Open),
            event_required: self.event_required,
            per_device: self.per_device,
            with_did: self.with_did,
            string_accounts: self.string_accounts,
            session,
            bounds,
            closed: false,
        };
        fields.done(Room { room, settings })
    }
}

/// Adds a room.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `room-exists`, `unknown-profile`, `room-bounds`, `room-settings`.
#[utoipa::path(post, path = "/v1/rooms", tag = "Rooms", security(("session" = [])), request_body = AddRoomRequest,
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
