//! `POST /v1/users/{username}/disable`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::users;

/// Disables a user, which ends all sessions of the user.
///
/// **Problems:** `no-such-user`, `last-admin`.
#[utoipa::path(post, path = "/v1/users/{username}/disable", tag = "Users",
    params(("username" = String, Path, description = "The user")),
    responses((status = 204, description = "The user is disabled")))]
pub(crate) async fn disable_user(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    users::disable(&desk.ground, &admin, segment("username", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
