//! What a handler or an extractor may fail with.

use actix_web::http::StatusCode;
use roomkey_desk::error::DeskError;
use roomkey_desk::readiness::check::Readiness;

use crate::problem::fault::{BodyFault, FieldError};
use crate::problem::vendor::CompatFault;

/// Why a request is not answered as it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A use case failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A surface for a vendor's own clients refuses.
    #[error(transparent)]
    Compat(#[from] CompatFault),
    /// The body is not the JSON that the request wants.
    #[error("the body is not the JSON of this request")]
    Body {
        /// What is wrong with it.
        fault: BodyFault,
        /// Where, as a JSON pointer (RFC 6901).
        pointer: String,
    },
    /// The query has parameters that are unknown or given twice.
    #[error("the query has parameters that are unknown or given twice")]
    Query,
    /// The request does not follow HTTP.
    #[error("the request does not follow HTTP")]
    Malformed,
    /// Values do not fit their patterns or bounds.
    #[error("values do not fit their patterns or bounds")]
    Invalid(Vec<FieldError>),
    /// Fields that a client may not set.
    #[error("a client may not set these fields")]
    FieldNotAllowed(Vec<FieldError>),
    /// A page of an origin that is not on the list.
    #[error("the origin is not on the list")]
    OriginNotAllowed,
    /// Nothing at this path.
    #[error("there is nothing at this path")]
    NotFound,
    /// Another method.
    #[error("the path does not know this method")]
    MethodNotAllowed,
    /// The deadline of the request went by.
    #[error("the request was not answered within its deadline")]
    Timeout,
    /// The body is over the limit.
    #[error("the body is too large")]
    TooLarge,
    /// The body is not declared as JSON.
    #[error("the body is not declared as JSON")]
    MediaType,
    /// The desk cannot issue keys.
    #[error("the desk is not ready")]
    NotReady(Readiness),
    /// A handler panicked; its message is with the panic hook.
    #[error("a handler panicked")]
    Panicked,
    /// The framework failed.
    #[error("the framework answered with status {0}")]
    Framework(StatusCode),
}

impl ApiError {
    /// What an answer of the framework itself says.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::Timeout,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::MediaType,
            status if status.as_u16() < 500 => Self::Malformed,
            status => Self::Framework(status),
        }
    }
}
