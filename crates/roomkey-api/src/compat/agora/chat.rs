//! `GET /compat/agora/chat/…`.

use actix_web::HttpResponse;

use crate::extract::credentials::By;
use crate::problem::error::ApiError;
use crate::problem::vendor::CompatFault;
use roomkey_desk::authority::Actor;

/// Refuses keys for Agora Chat, some of which are an administrator's.
///
/// `/compat/agora/chat/{of}/{id}` is answered the same.
///
/// **Problems:** `never-issued`.
#[utoipa::path(get, path = "/compat/agora/chat/{of}", tag = "Compatibility",
    params(("of" = String, Path, description = "Whatever Agora's token service knows: `app` or `account`")),
    responses((status = 422, description = "Nobody gets such a key")))]
pub(crate) async fn chat(_: By<Actor>) -> Result<HttpResponse, ApiError> {
    Err(CompatFault::NeverIssued.into())
}
