//! Rooms, for admins.

pub(crate) mod add;
mod body;
pub(crate) mod change;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::room::RoomView;
use roomkey_desk::wire::texts::RoomIdText;

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// Lists rooms by name.
#[utoipa::path(get, path = "/v1/rooms", tag = "Rooms", params(ListQuery),
    responses((status = 200, body = ListOf<RoomView>, description = "A page of rooms")))]
pub(crate) async fn list_rooms(
    desk: Data<Desk>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<RoomView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let rooms = rooms::list(&desk.ground, &admin, after, limit).await?;
    Ok(Json(ListOf::of(&rooms, RoomView::of, |room| room.room.to_string())))
}

/// Shows a room.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}", tag = "Rooms",
    params(("roomId" = RoomIdText, Path, description = "The room")),
    responses((status = 200, body = RoomView, description = "The room")))]
pub(crate) async fn room(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<Json<RoomView>, ApiError> {
    let room = segment("roomId", &path)?;
    Ok(Json(RoomView::of(&rooms::show(&desk.ground, &admin, room).await?)))
}

/// Closes a room: nobody gets a key, from the very next request on.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/close", tag = "Rooms",
    params(("roomId" = RoomIdText, Path, description = "The room")),
    responses((status = 204, description = "The room is closed")))]
pub(crate) async fn close_room(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    rooms::close(&desk.ground, &admin, segment("roomId", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Opens a closed room again.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/open", tag = "Rooms",
    params(("roomId" = RoomIdText, Path, description = "The room")),
    responses((status = 204, description = "The room is open")))]
pub(crate) async fn open_room(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    rooms::open(&desk.ground, &admin, segment("roomId", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
