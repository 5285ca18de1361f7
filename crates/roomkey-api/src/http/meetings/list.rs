//! `GET /v1/rooms/{roomId}/meetings`.

use actix_web::web::{Data, Json, Path};
use roomkey_storage::MeetingRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Admin, Desk};

/// A meeting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MeetingView {
    /// Its number in the room.
    number: u32,
    /// Its session at the provider.
    provider_room: String,
    /// When it started.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it ended; null while it runs.
    #[schema(required, format = DateTime)]
    ended_at: Option<String>,
}

impl MeetingView {
    pub(crate) fn of(MeetingRow { meeting, started_at, ended_at }: &MeetingRow) -> Self {
        Self {
            number: meeting.number,
            provider_room: meeting.provider_room.to_string(),
            started_at: started_at.to_string(),
            ended_at: ended_at.map(|at| at.to_string()),
        }
    }
}

/// Lists the meetings of a room, newest first.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/meetings", tag = "Meetings", security(("session" = [])),
    params(("roomId" = String, Path, description = "The room"), ListQuery),
    responses((status = 200, body = ListOf<MeetingView>, description = "A page of meetings")))]
pub(crate) async fn list_meetings(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<MeetingView>>, ApiError> {
    let room = segment("roomId", &path)?;
    let (before, limit) = query.parse()?;
    let meetings = desk.list_meetings(&admin, room, before, limit).await?;
    Ok(Json(ListOf::of(&meetings, MeetingView::of, |row| row.meeting.number.to_string())))
}
