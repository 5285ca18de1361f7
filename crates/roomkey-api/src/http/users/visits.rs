//! `GET /v1/users/{username}/visits`.

use actix_web::web::{Data, Json, Path};
use roomkey_storage::Visit;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::ApiError;
use crate::http::fields::segment;
use crate::http::listing::{ListOf, ListQuery};
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Admin, Desk};

/// From where a user logged in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VisitView {
    /// The session that started, as the log names it.
    #[schema(pattern = "^[0-9a-f]{32}$")]
    session: String,
    /// When.
    #[schema(format = DateTime)]
    time: String,
    /// The whole address.
    address: String,
    /// What the client said that it is.
    #[schema(required)]
    user_agent: Option<String>,
}

impl VisitView {
    pub(crate) fn of(visit: &Visit) -> Self {
        let Visit { session, at, visitor } = visit;
        Self {
            session: session.to_string(),
            time: at.to_string(),
            address: visitor.address.to_string(),
            user_agent: visitor.user_agent.clone(),
        }
    }
}

/// Lists from where a user logged in, newest first, as far as the settings let the desk keep it.
///
/// **Requires:** the role `admin`. Each page that is read is itself recorded.
///
/// **Problems:** `no-such-user`.
#[utoipa::path(get, path = "/v1/users/{username}/visits", tag = "Users", security(("session" = [])),
    params(("username" = String, Path, description = "The user"), ListQuery),
    responses((status = 200, body = ListOf<VisitView>, description = "A page of visits")))]
pub(crate) async fn list_visits(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictQuery(query)): Then<Admin, StrictQuery<ListQuery>>,
) -> Result<Json<ListOf<VisitView>>, ApiError> {
    let (after, limit) = query.parse()?;
    let visits = desk.visits(&admin, segment("username", &path)?, after, limit).await?;
    Ok(Json(ListOf::of(&visits, VisitView::of, |visit| visit.place().to_string())))
}
