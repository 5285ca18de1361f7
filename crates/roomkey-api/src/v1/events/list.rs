//! `GET /v1/rooms/{roomId}/events`.

use actix_web::web::{Data, Json, Path};

use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::events;
use roomkey_desk::wire::event::EventView;
use roomkey_desk::wire::list::ListOf;

/// Lists the events of a room that have a window, by name.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/events", tag = "Events",
    params(("roomId" = String, Path, description = "The room"), ListQuery),
    responses((status = 200, body = ListOf<EventView>, description = "A page of events")))]
pub(crate) async fn list_events(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<EventView>>, ApiError> {
    let room = segment("roomId", &path)?;
    let (after, limit) = query.parse()?;
    let events = events::list(&desk.ground, &admin, room, after, limit).await?;
    Ok(Json(ListOf::of(&events, EventView::of, |event| event.event.to_string())))
}
