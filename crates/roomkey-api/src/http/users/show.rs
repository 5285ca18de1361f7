//! `GET /v1/users/{username}`.

use actix_web::web::{Data, Json, Path};

use super::view::UserView;
use crate::http::ApiError;
use crate::http::fields::segment;
use crate::ops::{Admin, Desk};

/// Shows a user.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/users/{username}", tag = "Users", security(("session" = [])),
    params(("username" = String, Path, description = "The user")),
    responses((status = 200, body = UserView, description = "The user")))]
pub(crate) async fn user(
    desk: Data<Desk>,
    path: Path<String>,
    admin: Admin,
) -> Result<Json<UserView>, ApiError> {
    let username = segment("username", &path)?;
    Ok(Json(UserView::of(&desk.user(&admin, username).await?)))
}
