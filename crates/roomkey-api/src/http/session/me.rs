//! `GET /v1/me`.

use actix_web::web::{Data, Json};

use crate::http::ApiError;
use crate::http::users::view::UserView;
use crate::ops::{Actor, Desk};

/// Shows the user whose session it is.
///
/// **Requires:** a session.
#[utoipa::path(get, path = "/v1/me", tag = "Sessions", security(("session" = [])),
    responses((status = 200, body = UserView, description = "The user")))]
pub(crate) async fn me(desk: Data<Desk>, actor: Actor) -> Result<Json<UserView>, ApiError> {
    Ok(Json(UserView::of(&desk.me(&actor).await?)))
}
