//! `GET /v1/users`.

use actix_web::web::{Data, Json};

use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::users;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::user::UserView;

/// Lists users by name.
#[utoipa::path(get, path = "/v1/users", tag = "Users", params(ListQuery),
    responses((status = 200, body = ListOf<UserView>, description = "A page of users")))]
pub(crate) async fn list_users(
    desk: Data<Desk>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<UserView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let users = users::list(&desk.ground, &admin, after, limit).await?;
    Ok(Json(ListOf::of(&users, UserView::of, |user| user.username.to_string())))
}
