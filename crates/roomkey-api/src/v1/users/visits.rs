//! `GET /v1/users/{username}/visits`.

use actix_web::web::{Data, Json, Path};

use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::sessions::visits;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::visit::VisitView;

/// Lists from where a user logged in, newest first, as far as the settings let the desk keep it.
///
/// Each page that is read is itself recorded.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/users/{username}/visits", tag = "Users",
    params(("username" = String, Path, description = "The user"), ListQuery),
    responses((status = 200, body = ListOf<VisitView>, description = "A page of visits")))]
pub(crate) async fn list_visits(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<VisitView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let visits =
        visits::list(&desk.ground, &admin, segment("username", &path)?, after, limit).await?;
    Ok(Json(ListOf::of(&visits, VisitView::of, |visit| visit.place().to_string())))
}
