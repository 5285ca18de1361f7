//! `POST /v1/rooms/{roomId}/open`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::ops::{Admin, Desk};

/// Opens a closed room again.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/open", tag = "Rooms", security(("session" = [])),
    params(("roomId" = String, Path, description = "The room")),
    responses((status = 204, description = "The room is open")))]
pub(crate) async fn open_room(
    desk: Data<Desk>,
    path: Path<String>,
    admin: Admin,
) -> Result<HttpResponse, ApiError> {
    desk.open_room(&admin, segment("roomId", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
