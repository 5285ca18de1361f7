//! Problems on the wire (RFC 9457).

use roomkey_audit::RequestId;
use roomkey_desk::error::DeskError;
use roomkey_desk::readiness::check::Check;
use roomkey_desk::wire::texts::RequestIdText;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::contract::contract;
use crate::problem::error::ApiError;
use crate::problem::fault::{BodyFault, FieldError};

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
    #[schema(value_type = Option<RequestIdText>)]
    request_id: Option<String>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// What was looked at, where the desk is not ready.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckView>,
}

/// One thing that must be so.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckView {
    /// Its name.
    name: &'static str,
    /// Whether it is so.
    ok: bool,
    /// What to do, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl CheckView {
    /// The check. What was found where all is well is nobody's business here, and what a database says of a failure may
    /// name hosts and users: that stands in the diagnostics.
    pub(crate) fn of(Check { name, ok, needed: _, detail }: &Check) -> Self {
        Self { name, ok: *ok, detail: (!ok && *name != "database").then(|| detail.clone()) }
    }
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
        ApiError::Desk(DeskError::Provider(_)) => Some(meaning.to_owned()),
        _ if 500 <= status => None,
        ApiError::Compat(fault) => Some(format!("{}.", capitalized(&fault.to_string()))),
        ApiError::Desk(
            error @ (DeskError::LifetimeOutOfBounds { .. }
            | DeskError::Password(_)
            | DeskError::UnknownProfile { .. }
            | DeskError::RoomBounds(_)
            | DeskError::RoomSettings(_)
            | DeskError::ProjectJwt(_)
            | DeskError::PartnerAuth
            | DeskError::OtherUid { .. }
            | DeskError::Call(_)
            | DeskError::BackendShape { .. }),
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
        ApiError::Desk(DeskError::LifetimeOutOfBounds { min, max }) => {
            one("/ttlSeconds", &format!("must be from {min} to {max}"))
        }
        ApiError::Desk(DeskError::DeviceRequired) => one("/deviceId", "is required in this room"),
        ApiError::Desk(DeskError::UserNotAllowed) => one("/user", "only a backend names a user"),
        ApiError::Desk(DeskError::UnknownProfile { .. }) => {
            one("/provider", "is no profile of the settings")
        }
        ApiError::Desk(DeskError::EmptyWindow) => one("/until", "must be after from"),
        ApiError::Desk(DeskError::OutOfBounds { parameter, detail }) => {
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
