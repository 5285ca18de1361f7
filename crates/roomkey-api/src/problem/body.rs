//! Problems on the wire (RFC 9457).

use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use roomkey_audit::RequestId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::about::health::CheckView;
use crate::extract::fields::FieldError;
use crate::extract::json::BodyFault;
use crate::problem::contract::contract;
use crate::problem::error::ApiError;
use roomkey_desk::error::OpsError;

/// The media type of every error.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// What is wrong, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// `urn:roomkey:problem:` and the code, which never changes its meaning.
    #[schema(example = "urn:roomkey:problem:not-allowed")]
    r#type: String,
    /// The same for every problem of the type.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What is wrong with this request; absent where the desk itself failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The id of the request, also in the header `X-Request-Id` and in the desk's diagnostics.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// What was looked at, where the desk is not ready.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckView>,
}

impl Problem {
    /// The problem that an error is.
    pub(crate) fn of(error: &ApiError, request: Option<&RequestId>) -> Self {
        let kind = contract(error);
        let mut problem = Self {
            r#type: format!("urn:roomkey:problem:{}", kind.code),
            title: kind.title,
            status: kind.status,
            detail: detail(error, kind.meaning, kind.status),
            request_id: request.map(|request| request.as_str().to_owned()),
            errors: errors(error),
            checks: Vec::new(),
        };
        if let ApiError::NotReady(readiness) = error {
            problem.checks = readiness.checks.iter().map(CheckView::of).collect();
        }
        problem
    }
}

/// What the answer says beside the title: nothing of a failure of the desk, one constant text of a denial.
fn detail(error: &ApiError, meaning: &str, status: u16) -> Option<String> {
    match error {
        ApiError::Ops(OpsError::Provider(_)) => Some(meaning.to_owned()),
        _ if 500 <= status => None,
        ApiError::Compat(fault) => Some(format!("{}.", capitalized(&fault.to_string()))),
        ApiError::Ops(
            error @ (OpsError::LifetimeOutOfBounds { .. }
            | OpsError::Password(_)
            | OpsError::UnknownProfile { .. }
            | OpsError::RoomBounds(_)
            | OpsError::RoomSettings(_)
            | OpsError::ProjectJwt(_)
            | OpsError::PartnerAuth
            | OpsError::OtherUid { .. }
            | OpsError::Call(_)
            | OpsError::BackendShape { .. }),
        ) => Some(format!("{}.", capitalized(&error.to_string()))),
        _ => Some(meaning.to_owned()),
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The fields that are wrong.
fn errors(error: &ApiError) -> Vec<FieldError> {
    let one = |pointer: &str, detail: &str| vec![FieldError::new(pointer, detail)];
    match error {
        ApiError::Invalid(errors) | ApiError::FieldNotAllowed(errors) => errors.clone(),
        ApiError::Body { fault: BodyFault::Malformed, .. } => Vec::new(),
        ApiError::Body { fault, pointer } => one(pointer, fault.as_str()),
        ApiError::Ops(OpsError::LifetimeOutOfBounds { min, max }) => {
            one("/ttlSeconds", &format!("must be from {min} to {max}"))
        }
        ApiError::Ops(OpsError::DeviceRequired) => one("/deviceId", "is required in this room"),
        ApiError::Ops(OpsError::UserNotAllowed) => one("/user", "only a backend names a user"),
        ApiError::Ops(OpsError::UnknownProfile { .. }) => {
            one("/provider", "is no profile of the settings")
        }
        ApiError::Ops(OpsError::EmptyWindow) => one("/until", "must be after from"),
        ApiError::Ops(OpsError::OutOfBounds { parameter, detail }) => {
            one(&format!("/{parameter}"), detail)
        }
        _ => Vec::new(),
    }
}

/// What is wrong as one text, with the fields that are: for clients that read nothing else.
pub(crate) fn words(error: &ApiError) -> String {
    let kind = contract(error);
    let said = detail(error, kind.meaning, kind.status);
    let fields = errors(error).into_iter().map(|FieldError { pointer, detail }| {
        format!("`{}` {detail}.", pointer.trim_start_matches('/'))
    });
    let first = said.unwrap_or_else(|| format!("{}.", kind.title));
    std::iter::once(first).chain(fields).collect::<Vec<_>>().join(" ")
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
        ApiError::Ops(OpsError::TooManyLogins(after)) => Some(after.seconds().max(1)),
        ApiError::Ops(OpsError::NoUsableKey) => Some(60),
        ApiError::NotReady(_) | ApiError::Ops(OpsError::Provider(_))
            if contract(error).status == 503 =>
        {
            Some(5)
        }
        _ if contract(error).status == 503 => Some(1),
        _ => None,
    }
}
