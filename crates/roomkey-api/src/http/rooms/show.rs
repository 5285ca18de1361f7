//! `GET /v1/rooms/{roomId}`.

use actix_web::web::{Data, Json, Path};

use super::view::RoomView;
use crate::http::ApiError;
use crate::http::fields::segment;
use crate::ops::{Admin, Desk};

/// Shows a room.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}", tag = "Rooms", security(("session" = [])),
    params(("roomId" = String, Path, description = "The room")),
    responses((status = 200, body = RoomView, description = "The room")))]
pub(crate) async fn room(
    desk: Data<Desk>,
    path: Path<String>,
    admin: Admin,
) -> Result<Json<RoomView>, ApiError> {
    let room = segment("roomId", &path)?;
    Ok(Json(RoomView::of(&desk.room(&admin, room).await?)))
}
