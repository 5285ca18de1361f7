//! `POST /v1/users/{username}/erase`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::users;

/// Erases everything personal about a user, for good.
///
/// All sessions and memberships of the user end; the log keeps a reference that stands for nobody, and the name is
/// free again.
///
/// **Problems:** `no-such-user`, `last-admin`.
#[utoipa::path(post, path = "/v1/users/{username}/erase", tag = "Users",
    params(("username" = String, Path, description = "The user")),
    responses((status = 204, description = "The user is erased")))]
pub(crate) async fn erase_user(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    users::erase::erase(&desk.ground, &admin, segment("username", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
