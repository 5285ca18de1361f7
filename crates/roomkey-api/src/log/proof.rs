//! `GET /v1/audit/events/{entry}/proof`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::extract::credentials::By;
use crate::problem::error::ApiError;
use crate::problem::fault::FieldError;
use roomkey_desk::audit::entry;
use roomkey_desk::audit::entry::EntryName;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::log::proof;

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
