//! `GET /v1/backends`.

use actix_web::web::{Data, Json};

use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::backends;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::backend::BackendView;
use roomkey_desk::wire::list::ListOf;

/// Lists backends by API key, revoked ones among them, without their secrets.
#[utoipa::path(get, path = "/v1/backends", tag = "Backends", params(ListQuery),
    responses((status = 200, body = ListOf<BackendView>, description = "A page of backends")))]
pub(crate) async fn list_backends(
    desk: Data<Desk>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<BackendView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let backends = backends::list(&desk.ground, &admin, after, limit).await?;
    Ok(Json(ListOf::of(&backends, BackendView::of, |backend| backend.backend.to_string())))
}
