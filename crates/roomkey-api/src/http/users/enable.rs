//! `POST /v1/users/{username}/enable`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::ops::{Admin, Desk};

/// Enables a user.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(post, path = "/v1/users/{username}/enable", tag = "Users", security(("session" = [])),
    params(("username" = String, Path, description = "The user")),
    responses((status = 204, description = "The user is enabled")))]
pub(crate) async fn enable_user(
    desk: Data<Desk>,
    path: Path<String>,
    admin: Admin,
) -> Result<HttpResponse, ApiError> {
    desk.enable_user(&admin, segment("username", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
