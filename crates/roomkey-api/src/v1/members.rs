//! Members of rooms, for admins.

pub(crate) mod add;
mod place;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::members;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::member::MemberView;
use roomkey_desk::wire::texts::{RoomIdText, UsernameText};

use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::v1::members::place::PlaceQuery;

/// Lists the members of a room by name; one user may be several, for scenes and events.
///
/// **Problems:** `no-such-room`.
#[utoipa::path(get, path = "/v1/rooms/{roomId}/members", tag = "Members",
    params(("roomId" = RoomIdText, Path, description = "The room"), ListQuery),
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

/// Removes a member from a room, or from a scene or an event of it, from the very next request on.
///
/// **Problems:** `no-such-room`, `no-such-user`, `no-such-member`.
#[utoipa::path(delete, path = "/v1/rooms/{roomId}/members/{username}", tag = "Members",
    params(("roomId" = RoomIdText, Path, description = "The room"),
        ("username" = UsernameText, Path, description = "The user"),
        PlaceQuery),
    responses((status = 204, description = "The user is no member there any more")))]
pub(crate) async fn remove_member(
    desk: Data<Desk>,
    path: Path<(String, String)>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<PlaceQuery>>,
) -> Result<HttpResponse, ApiError> {
    let (room, username) = (segment("roomId", &path.0)?, segment("username", &path.1)?);
    let (scene, event) = query.parse()?;
    members::remove(&desk.ground, &admin, room, username, scene, event).await?;
    Ok(HttpResponse::NoContent().finish())
}
