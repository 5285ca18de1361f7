//! `GET /v1/rooms/{roomId}/events`.

use actix_web::web::{Data, Json, Path};
use roomkey_storage::WindowOfEvent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Admin, Desk};

/// An event with its window.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventView {
    /// The event.
    event_id: String,
    /// From when on it admits anybody.
    #[schema(required, format = DateTime)]
    from: Option<String>,
    /// Until when.
    #[schema(required, format = DateTime)]
    until: Option<String>,
}

impl EventView {
    pub(crate) fn of(WindowOfEvent { event, window }: &WindowOfEvent) -> Self {
        Self {
            event_id: event.to_string(),
            from: window.from.map(|at| at.to_string()),
            until: window.until.map(|at| at.to_string()),
        }
    }
}

/// Lists the events of a room that have a window, by name.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/events", tag = "Events", security(("session" = [])),
    params(("roomId" = String, Path, description = "The room"), ListQuery),
    responses((status = 200, body = ListOf<EventView>, description = "A page of events")))]
pub(crate) async fn list_events(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<EventView>>, ApiError> {
    let room = segment("roomId", &path)?;
    let (after, limit) = query.parse()?;
    let events = desk.list_windows(&admin, room, after, limit).await?;
    Ok(Json(ListOf::of(&events, EventView::of, |event| event.event.to_string())))
}
