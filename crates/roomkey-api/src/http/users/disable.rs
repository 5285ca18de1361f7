//! `POST /v1/users/{username}/disable`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::ops::{Admin, Desk};

/// Disables a user, which ends all sessions of the user.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-user`, `last-admin`.
#[utoipa::path(post, path = "/v1/users/{username}/disable", tag = "Users", security(("session" = [])),
    params(("username" = String, Path, description = "The user")),
    responses((status = 204, description = "The user is disabled")))]
pub(crate) async fn disable_user(
    desk: Data<Desk>,
    path: Path<String>,
    admin: Admin,
) -> Result<HttpResponse, ApiError> {
    desk.disable_user(&admin, segment("username", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
