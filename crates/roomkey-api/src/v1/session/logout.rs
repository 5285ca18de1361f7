//! `POST /v1/logout`.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::extract::credentials::By;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::sessions::own;

/// Ends the session.
#[utoipa::path(post, path = "/v1/logout", tag = "Sessions",
    responses((status = 204, description = "The session is ended")))]
pub(crate) async fn logout(
    desk: Data<Desk>,
    By(actor): By<Actor>,
) -> Result<HttpResponse, ApiError> {
    own::logout(&desk.ground, &actor).await?;
    Ok(HttpResponse::NoContent().finish())
}
