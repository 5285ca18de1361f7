//! `POST /v1/backends/{apiKey}/revoke`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::ops::{Admin, Desk};

/// Revokes a backend, for good: none of its project JWTs is accepted any more.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-backend`.
#[utoipa::path(post, path = "/v1/backends/{apiKey}/revoke", tag = "Backends", security(("session" = [])),
    params(("apiKey" = String, Path, description = "The backend's API key")),
    responses((status = 204, description = "The backend is revoked")))]
pub(crate) async fn revoke_backend(
    desk: Data<Desk>,
    path: Path<String>,
    admin: Admin,
) -> Result<HttpResponse, ApiError> {
    desk.revoke_backend(&admin, segment("apiKey", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
