//! `GET /v1/users`.

use actix_web::web::{Data, Json};

use super::view::UserView;
use crate::http::ApiError;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Admin, Desk};

/// Lists users by name.
///
/// **Requires:** the role `admin`.
#[utoipa::path(get, path = "/v1/users", tag = "Users", security(("session" = [])), params(ListQuery),
    responses((status = 200, body = ListOf<UserView>, description = "A page of users")))]
pub(crate) async fn list_users(
    desk: Data<Desk>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<UserView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let users = desk.list_users(&admin, after, limit).await?;
    Ok(Json(ListOf::of(&users, UserView::of, |user| user.username.to_string())))
}
