//! `GET /v1/me/rooms`.

use actix_web::web::{Data, Json};
use roomkey_claims::Access;
use roomkey_storage::RoomOfUser;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::ApiError;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::members::view::PlaceView;
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::listing::{Listing, one_more};
use crate::ops::{Actor, Desk};

/// A room that the user may enter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnRoomView {
    /// The room.
    room_id: String,
    /// Whether nobody gets a key now.
    closed: bool,
    /// Whether an event must be named.
    event_required: bool,
    /// Whether a device must be named.
    per_device: bool,
    /// The role of everybody in an open room; null in a restricted one.
    #[schema(required)]
    open_role: Option<&'static str>,
    /// What the user is there.
    memberships: Vec<PlaceView>,
}

impl OwnRoomView {
    fn of(RoomOfUser { room, settings, memberships }: &RoomOfUser) -> Self {
        Self {
            room_id: room.to_string(),
            closed: settings.closed,
            event_required: settings.event_required,
            per_device: settings.per_device,
            open_role: match settings.access {
                Access::Restricted => None,
                Access::Open(role) => Some(role.as_str()),
            },
            memberships: memberships.iter().map(PlaceView::of).collect(),
        }
    }
}

/// Lists the rooms that the user may enter.
///
/// **Requires:** a session.
#[utoipa::path(get, path = "/v1/me/rooms", tag = "Sessions", security(("session" = [])), params(ListQuery),
    responses((status = 200, body = ListOf<OwnRoomView>, description = "A page of rooms by name")))]
pub(crate) async fn my_rooms(
    desk: Data<Desk>,
    Then(actor, StrictQuery(query)): Then<Actor, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<OwnRoomView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let rooms = Listing::cut(desk.my_rooms(&actor, after, one_more(limit)).await?, limit);
    Ok(Json(ListOf::of(&rooms, OwnRoomView::of, |room| room.room.to_string())))
}
