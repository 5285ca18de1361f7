//! `GET /v1/me`.

use actix_web::web::{Data, Json};

use crate::extract::credentials::By;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::sessions::own;
use roomkey_desk::wire::user::UserView;

/// Shows the user whose session it is.
#[utoipa::path(get, path = "/v1/me", tag = "Sessions",
    responses((status = 200, body = UserView, description = "The user")))]
pub(crate) async fn me(desk: Data<Desk>, By(actor): By<Actor>) -> Result<Json<UserView>, ApiError> {
    Ok(Json(UserView::of(&own::user(&desk.ground, &actor).await?)))
}
