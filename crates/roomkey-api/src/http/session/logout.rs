//! `POST /v1/logout`.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::http::ApiError;
use crate::ops::{Actor, Desk};

/// Ends the session.
///
/// **Requires:** a session.
#[utoipa::path(post, path = "/v1/logout", tag = "Sessions", security(("session" = [])),
    responses((status = 204, description = "The session is ended")))]
pub(crate) async fn logout(desk: Data<Desk>, actor: Actor) -> Result<HttpResponse, ApiError> {
    desk.logout(&actor).await?;
    Ok(HttpResponse::NoContent().finish())
}
