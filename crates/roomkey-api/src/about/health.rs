//! Whether the desk lives and can issue keys.

use actix_web::web::{Data, Json};
use roomkey_desk::desk::Desk;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::body::CheckView;
use crate::problem::error::ApiError;

/// How the desk is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`: an answer that is not is a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// What was looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckView>,
}

/// Says that the process answers.
#[utoipa::path(get, path = "/livez", tag = "Health",
    responses((status = 200, body = Health, description = "The process answers")))]
pub(crate) async fn livez() -> Json<Health> {
    Json(Health { status: "ok", checks: Vec::new() })
}

/// Says whether keys can be issued now: database, policy, keys.
///
/// **Problems:** `not-ready`.
#[utoipa::path(get, path = "/readyz", tag = "Health",
    responses((status = 200, body = Health, description = "Keys can be issued")))]
pub(crate) async fn readyz(desk: Data<Desk>) -> Result<Json<Health>, ApiError> {
    let readiness = desk.readiness().await;
    if !readiness.is_ready() {
        return Err(ApiError::NotReady(readiness));
    }
    Ok(Json(Health { status: "ok", checks: readiness.checks.iter().map(CheckView::of).collect() }))
}

/// Says whether keys can be issued now; another name of `/readyz`.
///
/// **Problems:** `not-ready`.
#[utoipa::path(get, path = "/healthz", tag = "Health",
    responses((status = 200, body = Health, description = "Keys can be issued")))]
pub(crate) async fn healthz(desk: Data<Desk>) -> Result<Json<Health>, ApiError> {
    readyz(desk).await
}
