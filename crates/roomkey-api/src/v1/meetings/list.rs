//! `GET /v1/rooms/{roomId}/meetings`.

use actix_web::web::{Data, Json, Path};

use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::meetings;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::meeting::MeetingView;

/// Lists the meetings of a room, newest first.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/meetings", tag = "Meetings",
    params(("roomId" = String, Path, description = "The room"), ListQuery),
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
