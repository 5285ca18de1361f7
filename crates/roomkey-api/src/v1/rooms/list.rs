//! `GET /v1/rooms`.

use actix_web::web::{Data, Json};

use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::room::RoomView;

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
