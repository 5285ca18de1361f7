//! `GET /v1/rooms/{roomId}`.

use actix_web::web::{Data, Json, Path};

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;
use roomkey_desk::wire::room::RoomView;

/// Shows a room.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}", tag = "Rooms",
    params(("roomId" = String, Path, description = "The room")),
    responses((status = 200, body = RoomView, description = "The room")))]
pub(crate) async fn room(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<Json<RoomView>, ApiError> {
    let room = segment("roomId", &path)?;
    Ok(Json(RoomView::of(&rooms::show(&desk.ground, &admin, room).await?)))
}
