//! `POST /v1/login`.

use actix_web::web::{Data, Json, ReqData};
use roomkey_audit::RequestId;
use roomkey_desk::Visitor;
use roomkey_desk::desk::Desk;
use roomkey_desk::sessions::login::LoggedIn;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::client::{Client, UserAgent};
use crate::extract::json::StrictJson;
use crate::problem::error::ApiError;

/// Who wants to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginRequest {
    /// The username.
    username: String,
    /// The password, exactly as it was typed.
    #[schema(format = Password)]
    password: String,
}

/// A session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginAnswer {
    /// The token to send as `Authorization: Bearer`; it is shown once.
    #[schema(pattern = "^rks_[0-9A-Za-z]{43}_[0-9a-f]{6}$")]
    token: String,
    /// When the session ends, whatever happens.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it ends if it is not used until then.
    #[schema(format = DateTime)]
    idle_expires_at: String,
}

/// Logs in.
///
/// An unknown user, a wrong password and a disabled user get one answer.
///
/// **Problems:** `invalid-credentials`, `too-many-logins`, `busy`.
#[utoipa::path(post, path = "/v1/login", tag = "Sessions", request_body = LoginRequest,
    responses((status = 200, body = LoginAnswer, description = "The session")))]
pub(crate) async fn login(
    desk: Data<Desk>,
    Client(address): Client,
    UserAgent(user_agent): UserAgent,
    request: ReqData<RequestId>,
    StrictJson(body): StrictJson<LoginRequest>,
) -> Result<Json<LoginAnswer>, ApiError> {
    let LoginRequest { username, password } = body;
    let (visitor, request) = (Visitor { address, user_agent }, Some(request.into_inner()));
    let LoggedIn { token, expires_at, idle_expires_at } = desk
        .sessions
        .login(&desk.ground, visitor, &username, SecretString::from(password), request)
        .await?;
    Ok(Json(LoginAnswer {
        token: token.expose().to_owned(),
        expires_at: expires_at.to_string(),
        idle_expires_at: idle_expires_at.to_string(),
    }))
}
