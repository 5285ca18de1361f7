//! `POST /v1/users`.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use roomkey_claims::DeskRole;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::users;
use roomkey_desk::users::NewUserRequest;
use roomkey_desk::wire::texts::{DidText, DisplayNameText, UsernameText};
use roomkey_desk::wire::user::UserView;
use roomkey_desk::wire::words::DeskRoleName;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::Fields;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// A user to be added.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddUserRequest {
    /// The name to log in with; letters are folded to lower case.
    #[schema(value_type = UsernameText)]
    username: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
    /// The role at the desk; `user` where it is absent.
    #[schema(value_type = Option<DeskRoleName>)]
    role: Option<String>,
    /// A decentralized identifier.
    #[schema(value_type = Option<DidText>)]
    did: Option<String>,
    /// How the user wants to be shown.
    #[schema(value_type = Option<DisplayNameText>)]
    display_name: Option<String>,
}

impl AddUserRequest {
    fn parse(self) -> Result<NewUserRequest, ApiError> {
        let Self { username, password, role, did, display_name } = self;
        let mut fields = Fields::new();
        let username = fields.required("/username", &username);
        let role = fields.optional("/role", role.as_deref()).unwrap_or(DeskRole::User);
        let did = fields.optional("/did", did.as_deref());
        let display_name = fields.optional("/displayName", display_name.as_deref());
        let Some(username) = username else { return Err(fields.refuse()) };
        fields.done(NewUserRequest {
            username,
            password: SecretString::from(password),
            role,
            did,
            display_name,
        })
    }
}

/// Adds a user, enabled.
///
/// **Problems:** `user-exists`, `did-exists`, `password-refused`, `busy`.
#[utoipa::path(post, path = "/v1/users", tag = "Users", request_body = AddUserRequest,
    responses((status = 201, body = UserView, description = "The user")))]
pub(crate) async fn add_user(
    desk: Data<Desk>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<AddUserRequest>>,
) -> Result<HttpResponse, ApiError> {
    let user = users::add(&desk.ground, &desk.sessions, &admin, body.parse()?).await?;
    let location = format!("/v1/users/{}", user.username);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(UserView::of(&user)))
}
