//! `GET /v1/rooms/{roomId}/members`.

use actix_web::web::{Data, Json, Path};

use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::members;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::member::MemberView;

/// Lists the members of a room by name; one user may be several, for scenes and events.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/members", tag = "Members",
    params(("roomId" = String, Path, description = "The room"), ListQuery),
    responses((status = 200, body = ListOf<MemberView>, description = "A page of members")))]
pub(crate) async fn list_members(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<MemberView>>, ApiError> {
    let room = segment("roomId", &path)?;
    let (after, limit) = query.parse()?;
    let members = members::list(&desk.ground, &admin, room, after, limit).await?;
    Ok(Json(ListOf::of(&members, MemberView::of, |member| member.username.to_string())))
}
