//! `PUT /v1/users/{username}/password`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::users;
use roomkey_desk::wire::texts::UsernameText;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::segment;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordRequest {
    /// The password to use from now on.
    #[schema(format = Password)]
    password: String,
}

/// Sets a user's password, which ends all sessions of the user.
///
/// **Problems:** `no-such-user`, `password-refused`, `busy`.
#[utoipa::path(put, path = "/v1/users/{username}/password", tag = "Users",
    params(("username" = UsernameText, Path, description = "The user")), request_body = PasswordRequest,
    responses((status = 204, description = "The password is set")))]
pub(crate) async fn set_password(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<PasswordRequest>>,
) -> Result<HttpResponse, ApiError> {
    let username = segment("username", &path)?;
    users::set_password(
        &desk.ground,
        &desk.sessions,
        &admin,
        username,
        SecretString::from(body.password),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
