//! `POST /v1/rooms/{roomId}/open`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;

/// Opens a closed room again.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/open", tag = "Rooms",
    params(("roomId" = String, Path, description = "The room")),
    responses((status = 204, description = "The room is open")))]
pub(crate) async fn open_room(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    rooms::open(&desk.ground, &admin, segment("roomId", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
