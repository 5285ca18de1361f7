//! Backends, for admins.

pub(crate) mod add;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use roomkey_desk::authority::Admin;
use roomkey_desk::backends;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::backend::BackendView;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::texts::BackendRefText;

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// Lists backends by API key, revoked ones among them, without their secrets.
#[utoipa::path(get, path = "/v1/backends", tag = "Backends", params(ListQuery),
    responses((status = 200, body = ListOf<BackendView>, description = "A page of backends")))]
pub(crate) async fn list_backends(
    desk: Data<Desk>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<BackendView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let backends = backends::list(&desk.ground, &admin, after, limit).await?;
    Ok(Json(ListOf::of(&backends, BackendView::of, |backend| backend.backend.to_string())))
}

/// Revokes a backend, for good: none of its project JWTs is accepted any more.
///
/// **Problems:** `no-such-backend`.
#[utoipa::path(post, path = "/v1/backends/{apiKey}/revoke", tag = "Backends",
    params(("apiKey" = BackendRefText, Path, description = "The backend's API key")),
    responses((status = 204, description = "The backend is revoked")))]
pub(crate) async fn revoke_backend(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    backends::revoke(&desk.ground, &admin, segment("apiKey", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
