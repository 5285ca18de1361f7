//! `GET /audit/log/tile/…`: hashes and entries.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path};
use roomkey_audit::tree::tile::path::LogPath;

use crate::log::reader::LogReader;
use crate::problem::error::ApiError;
use roomkey_desk::desk::Desk;
use roomkey_desk::log::published;

/// A tile of the tree, `{level}/{index}`, or a bundle of entries, `entries/{index}` (`c2sp.org/tlog-tiles`).
///
/// An index is written in groups of three digits, all but the last with an `x` before it, and `.p/{width}` behind it
/// names a partial one.
/// That somebody known reads entries here is recorded once an hour.
///
/// **Problems:** `not-found`.
#[utoipa::path(get, path = "/audit/log/tile/{tile}", tag = "Log",
    params(("tile" = String, Path, description = "Such as `0/x001/067.p/12` or `entries/005`")),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>, description = "The tile")))]
pub(crate) async fn tile(
    desk: Data<Desk>,
    path: Path<String>,
    reader: LogReader,
) -> Result<HttpResponse, ApiError> {
    let wanted: LogPath = format!("tile/{path}").parse().map_err(|_| ApiError::NotFound)?;
    let found = match wanted {
        LogPath::Tile(tile) => published::tile(&desk.ground, tile).await?,
        LogPath::Bundle(bundle) => {
            if let LogReader::Known(reads) = &reader {
                desk.log.note_bundles(&desk.ground, reads).await?;
            }
            published::bundle(&desk.ground, bundle).await?
        }
    };
    let bytes = found.ok_or(ApiError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((CACHE_CONTROL, reader.immutable()))
        .body(bytes))
}
