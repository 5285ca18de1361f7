//! `POST /v1/rooms/{roomId}/meetings/end`.

use actix_web::web::{Data, Json, Path};
use roomkey_claims::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::meetings;

/// A meeting that was ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndedView {
    /// Its number in the room.
    number: u32,
}

/// Ends the running meeting of a room.
///
/// **Problems:** `not-allowed`, `no-such-room`, `no-meeting`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/meetings/end", tag = "Meetings",
    params(("roomId" = String, Path, description = "The room")),
    responses((status = 200, body = EndedView, description = "The meeting")))]
pub(crate) async fn end_meeting(
    desk: Data<Desk>,
    path: Path<String>,
    By(actor): By<Actor>,
) -> Result<Json<EndedView>, ApiError> {
    let in_room = actor.in_room(Scope::Meetings, segment("roomId", &path)?)?;
    let number = meetings::end(&desk.ground, &in_room).await?;
    Ok(Json(EndedView { number }))
}
