//! `PUT /v1/users/{username}/role`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::users;
use roomkey_desk::wire::texts::UsernameText;
use roomkey_desk::wire::words::DeskRoleName;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::segment;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// A role at the desk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeskRoleRequest {
    /// The role.
    #[schema(value_type = DeskRoleName)]
    role: String,
}

/// Sets a user's role at the desk.
///
/// **Problems:** `no-such-user`, `last-admin`.
#[utoipa::path(put, path = "/v1/users/{username}/role", tag = "Users",
    params(("username" = UsernameText, Path, description = "The user")), request_body = DeskRoleRequest,
    responses((status = 204, description = "The user has the role")))]
pub(crate) async fn set_role(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<DeskRoleRequest>>,
) -> Result<HttpResponse, ApiError> {
    let (username, role) = (segment("username", &path)?, segment("role", &body.role)?);
    users::set_role(&desk.ground, &admin, username, role).await?;
    Ok(HttpResponse::NoContent().finish())
}
