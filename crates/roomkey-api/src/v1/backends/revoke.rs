//! `POST /v1/backends/{apiKey}/revoke`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::backends;
use roomkey_desk::desk::Desk;

/// Revokes a backend, for good: none of its project JWTs is accepted any more.
///
/// **Problems:** `no-such-backend`.
#[utoipa::path(post, path = "/v1/backends/{apiKey}/revoke", tag = "Backends",
    params(("apiKey" = String, Path, description = "The backend's API key")),
    responses((status = 204, description = "The backend is revoked")))]
pub(crate) async fn revoke_backend(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    backends::revoke(&desk.ground, &admin, segment("apiKey", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
