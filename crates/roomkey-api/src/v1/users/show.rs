//! `GET /v1/users/{username}`.

use actix_web::web::{Data, Json, Path};

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::users;
use roomkey_desk::wire::user::UserView;

/// Shows a user.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/users/{username}", tag = "Users",
    params(("username" = String, Path, description = "The user")),
    responses((status = 200, body = UserView, description = "The user")))]
pub(crate) async fn user(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<Json<UserView>, ApiError> {
    let username = segment("username", &path)?;
    Ok(Json(UserView::of(&users::show(&desk.ground, &admin, username).await?)))
}
