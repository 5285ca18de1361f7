//! The paths of Agora's token service (`AgoraIO-Community/agora-token-service`), which its clients are written against.
//!
//! What that service grants to anybody, the desk grants to members: the number and the role in a request are checked
//! against what the membership gives, and nothing is cut to fit (the service made 4294967296 the wildcard).
//! The key of a channel is for the room of that name, so that a room in which a meeting runs, whose channel is another,
//! is refused.

pub(crate) mod answer;
mod asked;
pub(crate) mod get_token;
pub(crate) mod rtc;
pub(crate) mod rte;
pub(crate) mod rtm;

use actix_web::HttpResponse;
use roomkey_desk::authority::Actor;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::credentials::By;
use crate::problem::error::ApiError;
use crate::problem::vendor::CompatFault;

/// That the service is there.
#[derive(Serialize, ToSchema)]
pub(crate) struct Pong {
    /// `pong`.
    message: &'static str,
}

/// Says that the paths of Agora's token service are served.
#[utoipa::path(get, path = "/compat/agora/ping", tag = "Compatibility",
    responses((status = 200, body = Pong, description = "They are")))]
pub(crate) async fn ping() -> HttpResponse {
    answer::plain(Pong { message: "pong" })
}

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
