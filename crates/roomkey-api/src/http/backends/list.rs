//! `GET /v1/backends`.

use actix_web::web::{Data, Json};

use super::view::BackendView;
use crate::http::ApiError;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Admin, Desk};

/// Lists backends by API key, revoked ones among them, without their secrets.
///
/// **Requires:** the role `admin`.
#[utoipa::path(get, path = "/v1/backends", tag = "Backends", security(("session" = [])), params(ListQuery),
    responses((status = 200, body = ListOf<BackendView>, description = "A page of backends")))]
pub(crate) async fn list_backends(
    desk: Data<Desk>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<BackendView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let backends = desk.list_backends(&admin, after, limit).await?;
    Ok(Json(ListOf::of(&backends, BackendView::of, |backend| backend.backend.to_string())))
}
