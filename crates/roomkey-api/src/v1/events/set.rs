//! `PUT /v1/rooms/{roomId}/events/{eventId}`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_claims::Window;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::{Fields, segment};
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::events;

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
    params(("roomId" = String, Path, description = "The room"), ("eventId" = String, Path, description = "The event")),
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
