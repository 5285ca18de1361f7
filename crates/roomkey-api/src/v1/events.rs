//! Events with a window of time, for admins.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use roomkey_claims::Window;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::events;
use roomkey_desk::wire::event::EventView;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::texts::{EventIdText, RoomIdText};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::{Fields, segment};
use crate::extract::json::StrictJson;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// Lists the events of a room that have a window, by name.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/events", tag = "Events",
    params(("roomId" = RoomIdText, Path, description = "The room"), ListQuery),
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

/// When an event admits anybody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowRequest {
    /// From then on; without a beginning where it is absent.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Until then, and no key lives longer; without an end where it is absent.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// Gives an event a window of time, outside which nobody gets a key and past which no key lives.
///
/// **Problems:** `no-such-room`, `empty-window`.
#[utoipa::path(put, path = "/v1/rooms/{roomId}/events/{eventId}", tag = "Events",
    params(("roomId" = RoomIdText, Path, description = "The room"),
        ("eventId" = EventIdText, Path, description = "The event")),
    request_body = WindowRequest, responses((status = 204, description = "The event has the window")))]
pub(crate) async fn set_window(
    desk: Data<Desk>,
    path: Path<(String, String)>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<WindowRequest>>,
) -> Result<HttpResponse, ApiError> {
    let (room, event) = (segment("roomId", &path.0)?, segment("eventId", &path.1)?);
    let mut fields = Fields::new();
    let from = fields.instant("/from", body.from.as_deref());
    let until = fields.instant("/until", body.until.as_deref());
    let window = fields.done(Window { from, until })?;
    events::set(&desk.ground, &admin, room, event, window).await?;
    Ok(HttpResponse::NoContent().finish())
}
