//! `POST /v1/rooms/{roomId}/meetings`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_claims::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::meetings;

/// A meeting that was started.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartedView {
    /// Its number in the room.
    number: u32,
    /// Its session at the provider.
    provider_room: String,
}

/// Starts the next meeting of a room and ends the one that runs, whose keys are useless for the new one.
///
/// Where the provider makes sessions (OpenTok, Vonage), one is made for it, as the room's settings say.
///
/// **Problems:** `not-allowed`, `no-such-room`, `meeting-raced`, `no-usable-key`, `provider-refused`, `provider-unavailable`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/meetings", tag = "Meetings",
    params(("roomId" = String, Path, description = "The room")),
    responses((status = 201, body = StartedView, description = "The meeting")))]
pub(crate) async fn start_meeting(
    desk: Data<Desk>,
    path: Path<String>,
    By(actor): By<Actor>,
) -> Result<HttpResponse, ApiError> {
    let in_room = actor.in_room(Scope::Meetings, segment("roomId", &path)?)?;
    let meeting =
        meetings::start::start(&desk.ground, &desk.tokens, &desk.provider, &in_room, None).await?;
    let view =
        StartedView { number: meeting.number, provider_room: meeting.provider_room.to_string() };
    Ok(HttpResponse::Created().json(view))
}
