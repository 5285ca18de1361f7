//! `GET /v1/rooms/{roomId}/members`.

use actix_web::web::{Data, Json, Path};

use super::view::MemberView;
use crate::http::ApiError;
use crate::http::fields::segment;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Admin, Desk};

/// Lists the members of a room by name; one user may be several, for scenes and events.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/members", tag = "Members", security(("session" = [])),
    params(("roomId" = String, Path, description = "The room"), ListQuery),
    responses((status = 200, body = ListOf<MemberView>, description = "A page of members")))]
pub(crate) async fn list_members(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<MemberView>>, ApiError> {
    let room = segment("roomId", &path)?;
    let (after, limit) = query.parse()?;
    let members = desk.list_members(&admin, room, after, limit).await?;
    Ok(Json(ListOf::of(&members, MemberView::of, |member| member.username.to_string())))
}
