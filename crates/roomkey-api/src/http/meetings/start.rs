//! `POST /v1/rooms/{roomId}/meetings`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::ops::{Admin, Desk};

/// A meeting that was started.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartedView {
    /// Its number in the room.
    number: u32,
    /// Its session at the provider.
    provider_room: String,
}

/// Starts the next meeting of a room and ends the one that runs, whose keys are useless for the new one.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-room`, `meeting-raced`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/meetings", tag = "Meetings", security(("session" = [])),
    params(("roomId" = String, Path, description = "The room")),
    responses((status = 201, body = StartedView, description = "The meeting")))]
pub(crate) async fn start_meeting(
    desk: Data<Desk>,
    path: Path<String>,
    admin: Admin,
) -> Result<HttpResponse, ApiError> {
    let meeting = desk.start_meeting(&admin, segment("roomId", &path)?).await?;
    let view =
        StartedView { number: meeting.number, provider_room: meeting.provider_room.to_string() };
    Ok(HttpResponse::Created().json(view))
}
