//! `GET /compat/agora/ping`.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::compat::agora::answer;

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
