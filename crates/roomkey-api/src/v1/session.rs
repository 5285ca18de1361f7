//! Sessions and what a user does about itself.

pub(crate) mod login;
pub(crate) mod password;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::sessions::own;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::own_room::OwnRoomView;
use roomkey_desk::wire::user::UserView;

use crate::extract::credentials::By;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// Ends the session.
#[utoipa::path(post, path = "/v1/logout", tag = "Sessions",
    responses((status = 204, description = "The session is ended")))]
pub(crate) async fn logout(
    desk: Data<Desk>,
    By(actor): By<Actor>,
) -> Result<HttpResponse, ApiError> {
    own::logout(&desk.ground, &actor).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Shows the user whose session it is.
#[utoipa::path(get, path = "/v1/me", tag = "Sessions",
    responses((status = 200, body = UserView, description = "The user")))]
pub(crate) async fn me(desk: Data<Desk>, By(actor): By<Actor>) -> Result<Json<UserView>, ApiError> {
    Ok(Json(UserView::of(&own::user(&desk.ground, &actor).await?)))
}

/// Lists the rooms that the user may enter.
#[utoipa::path(get, path = "/v1/me/rooms", tag = "Sessions", params(ListQuery),
    responses((status = 200, body = ListOf<OwnRoomView>, description = "A page of rooms by name")))]
pub(crate) async fn my_rooms(
    desk: Data<Desk>,
    Then(actor, StrictQuery(query)): Then<Actor, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<OwnRoomView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let rooms = own::rooms(&desk.ground, &actor, after, limit).await?;
    Ok(Json(ListOf::of(&rooms, OwnRoomView::of, |room| room.room.to_string())))
}
