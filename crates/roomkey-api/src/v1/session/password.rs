//! `PUT /v1/me/password`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::client::Client;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// A change of the own password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OwnPasswordRequest {
    /// The password that is in use.
    #[schema(format = Password)]
    current_password: String,
    /// The password to use from now on.
    #[schema(format = Password)]
    new_password: String,
}

/// Changes the own password, which ends all sessions of the user, this one too.
///
/// **Problems:** `invalid-credentials`, `password-refused`, `too-many-logins`, `busy`.
#[utoipa::path(put, path = "/v1/me/password", tag = "Sessions",
    request_body = OwnPasswordRequest, responses((status = 204, description = "The password is changed")))]
pub(crate) async fn change_own_password(
    desk: Data<Desk>,
    Client(from): Client,
    Then(actor, StrictJson(body)): Then<Actor, StrictJson<OwnPasswordRequest>>,
) -> Result<HttpResponse, ApiError> {
    let OwnPasswordRequest { current_password, new_password } = body;
    let (current, new) = (SecretString::from(current_password), SecretString::from(new_password));
    desk.sessions.change_own_password(&desk.ground, &actor, from, current, new).await?;
    Ok(HttpResponse::NoContent().finish())
}
