//! Users, for admins.

pub(crate) mod add;
pub(crate) mod set_password;
pub(crate) mod set_role;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::sessions::visits;
use roomkey_desk::users;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::texts::UsernameText;
use roomkey_desk::wire::user::UserView;
use roomkey_desk::wire::visit::VisitView;

use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::extract::listing::ListQuery;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

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

/// Shows a user.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/users/{username}", tag = "Users",
    params(("username" = UsernameText, Path, description = "The user")),
    responses((status = 200, body = UserView, description = "The user")))]
pub(crate) async fn user(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<Json<UserView>, ApiError> {
    let username = segment("username", &path)?;
    Ok(Json(UserView::of(&users::show(&desk.ground, &admin, username).await?)))
}

/// Disables a user, which ends all sessions of the user.
///
/// **Problems:** `no-such-user`, `last-admin`.
#[utoipa::path(post, path = "/v1/users/{username}/disable", tag = "Users",
    params(("username" = UsernameText, Path, description = "The user")),
    responses((status = 204, description = "The user is disabled")))]
pub(crate) async fn disable_user(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    users::disable(&desk.ground, &admin, segment("username", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Enables a user.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(post, path = "/v1/users/{username}/enable", tag = "Users",
    params(("username" = UsernameText, Path, description = "The user")),
    responses((status = 204, description = "The user is enabled")))]
pub(crate) async fn enable_user(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    users::enable(&desk.ground, &admin, segment("username", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Erases everything personal about a user, for good.
///
/// All sessions and memberships of the user end; the log keeps a reference that stands for nobody, and the name is
/// free again.
///
/// **Problems:** `no-such-user`, `last-admin`.
#[utoipa::path(post, path = "/v1/users/{username}/erase", tag = "Users",
    params(("username" = UsernameText, Path, description = "The user")),
    responses((status = 204, description = "The user is erased")))]
pub(crate) async fn erase_user(
    desk: Data<Desk>,
    path: Path<String>,
    By(admin): By<Admin>,
) -> Result<HttpResponse, ApiError> {
    users::erase::erase(&desk.ground, &admin, segment("username", &path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists from where a user logged in, newest first, as far as the settings let the desk keep it.
///
/// Each page that is read is itself recorded.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/users/{username}/visits", tag = "Users",
    params(("username" = UsernameText, Path, description = "The user"), ListQuery),
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
