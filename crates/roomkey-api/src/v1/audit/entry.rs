//! `GET /v1/audit/events/{entry}`.

use actix_web::web::{Data, Json, Path};

use crate::extract::credentials::By;
use crate::problem::error::ApiError;
use crate::problem::fault::FieldError;
use roomkey_desk::audit::entry;
use roomkey_desk::audit::entry::EntryName;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::entry::EntryView;

/// Shows an entry of the log.
///
/// Reading it is itself recorded.
///
/// **Problems:** `no-such-entry`.
#[utoipa::path(get, path = "/v1/audit/events/{entry}", tag = "Audit",
    params(("entry" = String, Path, description = "The index, or the id of the entry or of the issuance")),
    responses((status = 200, body = EntryView, description = "The entry")))]
pub(crate) async fn entry(
    desk: Data<Desk>,
    path: Path<String>,
    By(reads): By<Reads>,
) -> Result<Json<EntryView>, ApiError> {
    let name = EntryName::parse(&path).ok_or_else(|| {
        ApiError::Invalid(vec![FieldError::new("/entry", "must be an index or an id")])
    })?;
    Ok(Json(EntryView::of(entry::entry(&desk.ground, &reads, name).await?)))
}
