//! The signed log as others verify it (`c2sp.org/tlog-tiles`): below `/audit/log`.

mod reader;

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path};
use roomkey_audit::tree::tile::path::LogPath;
use roomkey_desk::audit::entry;
use roomkey_desk::audit::entry::EntryName;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::error::DeskError;
use roomkey_desk::log::{proof, published};

use crate::extract::credentials::By;
use crate::log::reader::LogReader;
use crate::problem::error::ApiError;
use crate::problem::fault::FieldError;

/// The newest signed checkpoint of the log, a signed note (`c2sp.org/tlog-checkpoint`).
///
/// **Problems:** `not-signed`.
#[utoipa::path(get, path = "/audit/log/checkpoint", tag = "Log",
    responses((status = 200, content_type = "text/plain", body = String, description = "The checkpoint")))]
pub(crate) async fn checkpoint(
    desk: Data<Desk>,
    reader: LogReader,
) -> Result<HttpResponse, ApiError> {
    let published = published::checkpoint(&desk.ground).await?.ok_or(DeskError::NotSigned)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, reader.fresh()))
        .body(published.note))
}

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

/// A proof that an entry is in the signed log, as a file that verifies offline (`c2sp.org/tlog-proof@v1`).
///
/// Reading it is itself recorded.
///
/// **Problems:** `no-such-entry`, `not-signed`.
#[utoipa::path(get, path = "/v1/audit/events/{entry}/proof", tag = "Log",
    params(("entry" = String, Path, description = "The index, or the id of the entry or of the issuance")),
    responses((status = 200, content_type = "text/plain", body = String, description = "The proof")))]
pub(crate) async fn proof(
    desk: Data<Desk>,
    path: Path<String>,
    By(reads): By<Reads>,
) -> Result<HttpResponse, ApiError> {
    let name = EntryName::parse(&path).ok_or_else(|| {
        ApiError::Invalid(vec![FieldError::new("/entry", "must be an index or an id")])
    })?;
    let entry = entry::entry(&desk.ground, &reads, name).await?;
    let proof = proof::proof_of(&desk.ground, entry.index).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(proof.to_string()))
}
