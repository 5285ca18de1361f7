//! `GET /v1/rooms`.

use actix_web::web::{Data, Json};

use super::view::RoomView;
use crate::http::ApiError;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Admin, Desk};

/// Lists rooms by name.
///
/// **Requires:** the role `admin`.
#[utoipa::path(get, path = "/v1/rooms", tag = "Rooms", security(("session" = [])), params(ListQuery),
    responses((status = 200, body = ListOf<RoomView>, description = "A page of rooms")))]
pub(crate) async fn list_rooms(
    desk: Data<Desk>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<RoomView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let rooms = desk.list_rooms(&admin, after, limit).await?;
    Ok(Json(ListOf::of(&rooms, RoomView::of, |room| room.room.to_string())))
}
