//! Meetings in rooms, for admins.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use roomkey_claims::Scope;
use roomkey_desk::authority::{Actor, Admin};
use roomkey_desk::desk::Desk;
use roomkey_desk::meetings;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::meeting::MeetingView;
use roomkey_desk::wire::texts::RoomIdText;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// Lists the meetings of a room, newest first.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/meetings", tag = "Meetings",
    params(("roomId" = RoomIdText, Path, description = "The room"), ListQuery),
    responses((status = 200, body = ListOf<MeetingView>, description = "A page of meetings")))]
pub(crate) async fn list_meetings(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<MeetingView>>, ApiError> {
    let room = segment("roomId", &path)?;
    let (before, limit) = query.parse()?;
    let meetings = meetings::list(&desk.ground, &admin, room, before, limit).await?;
    Ok(Json(ListOf::of(&meetings, MeetingView::of, |row| row.meeting.number.to_string())))
}

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
    params(("roomId" = RoomIdText, Path, description = "The room")),
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

/// A meeting that was ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndedView {
    /// Its number in the room.
    number: u32,
}

/// Ends the running meeting of a room.
///
/// **Problems:** `not-allowed`, `no-such-room`, `no-meeting`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/meetings/end", tag = "Meetings",
    params(("roomId" = RoomIdText, Path, description = "The room")),
    responses((status = 200, body = EndedView, description = "The meeting")))]
pub(crate) async fn end_meeting(
    desk: Data<Desk>,
    path: Path<String>,
    By(actor): By<Actor>,
) -> Result<Json<EndedView>, ApiError> {
    let in_room = actor.in_room(Scope::Meetings, segment("roomId", &path)?)?;
    let number = meetings::end(&desk.ground, &in_room).await?;
    Ok(Json(EndedView { number }))
}
