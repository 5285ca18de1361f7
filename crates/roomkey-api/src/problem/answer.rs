//! From an error to its answer: status, headers, body, and what the diagnostics say.

use std::error::Error as StdError;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use roomkey_audit::RequestId;
use roomkey_desk::StoreError;
use roomkey_desk::error::DeskError;
use serde::Serialize;

use crate::problem::body::Problem;
use crate::problem::contract::contract;
use crate::problem::error::ApiError;

/// The media type of every error.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

impl ApiError {
    /// Writes a failure of the desk to the diagnostics; everything else is the client's.
    pub(crate) fn log(&self) {
        let (kind, error) = (contract(self), self as &dyn StdError);
        match (self, kind.status) {
            (_, ..500) => {}
            (Self::NotReady(readiness), _) => {
                for check in readiness.checks.iter().filter(|check| !check.ok) {
                    tracing::warn!(check.name, check.detail, "the desk is not ready");
                }
            }
            (Self::Desk(DeskError::HasherBusy | DeskError::Store(StoreError::Busy)), _) => {
                tracing::warn!(error, problem.code = kind.code, "a request was turned away");
            }
            _ => tracing::error!(error, problem.code = kind.code, "a request failed"),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(contract(self).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem without a request id, which the edge adds.
    fn error_response(&self) -> HttpResponse {
        response(self, None)
    }
}

/// The answer to a request that failed.
pub(crate) fn response(error: &ApiError, request: Option<&RequestId>) -> HttpResponse {
    with_body(error, Problem::of(error, request))
}

/// The answer to a request that failed, with a body that is a problem and more.
pub(crate) fn with_body(error: &ApiError, body: impl Serialize) -> HttpResponse {
    let mut answer = HttpResponse::build(error.status_code());
    answer.insert_header((CONTENT_TYPE, PROBLEM_JSON));
    if let Some(challenge) = challenge(error) {
        answer.insert_header((WWW_AUTHENTICATE, challenge));
    }
    if let Some(seconds) = retry_after(error) {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    if matches!(error, ApiError::Timeout) {
        answer.force_close();
    }
    answer.json(body)
}

/// The challenge of a 401 (RFC 6750 section 3): an error only where a token was presented.
fn challenge(error: &ApiError) -> Option<&'static str> {
    match contract(error) {
        kind if kind.status != 401 => None,
        kind if kind.code != "unauthenticated" && kind.code != "invalid-credentials" => {
            Some(r#"Bearer realm="roomkey", error="invalid_token""#)
        }
        _ => Some(r#"Bearer realm="roomkey""#),
    }
}

/// After how many seconds it makes sense to try again.
pub(crate) fn retry_after(error: &ApiError) -> Option<u64> {
    match error {
        ApiError::Desk(DeskError::TooManyLogins(after)) => Some(after.seconds().max(1)),
        ApiError::Desk(DeskError::NoUsableKey) => Some(60),
        ApiError::NotReady(_) | ApiError::Desk(DeskError::Provider(_))
            if contract(error).status == 503 =>
        {
            Some(5)
        }
        _ if contract(error).status == 503 => Some(1),
        _ => None,
    }
}
