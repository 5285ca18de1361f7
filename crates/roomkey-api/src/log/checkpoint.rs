//! `GET /audit/log/checkpoint`.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;

use crate::log::reader::LogReader;
use crate::problem::error::ApiError;
use roomkey_desk::desk::Desk;
use roomkey_desk::error::OpsError;
use roomkey_desk::log::published;

/// The newest signed checkpoint of the log, a signed note (`c2sp.org/tlog-checkpoint`).
///
/// **Problems:** `not-signed`.
#[utoipa::path(get, path = "/audit/log/checkpoint", tag = "Log",
    responses((status = 200, content_type = "text/plain", body = String, description = "The checkpoint")))]
pub(crate) async fn checkpoint(
    desk: Data<Desk>,
    reader: LogReader,
) -> Result<HttpResponse, ApiError> {
    let published = published::checkpoint(&desk.ground).await?.ok_or(OpsError::NotSigned)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, reader.fresh()))
        .body(published.note))
}
