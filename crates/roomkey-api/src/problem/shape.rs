//! In which shape the clients of a route read its errors.

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use roomkey_audit::RequestId;

use crate::problem::answer::{PROBLEM_JSON, response};
use crate::problem::contract::ProblemKind;
use crate::problem::error::ApiError;

/// Writes the answer to a request that failed.
pub(crate) type WriteError = fn(&ApiError, &RequestId) -> HttpResponse;

/// A shape of errors, with what the API description says of it.
#[derive(Debug)]
pub(crate) struct ErrorShape {
    /// Chooses the writer by the request's headers, which are lost when the handler panics or misses its deadline.
    pub(crate) writer: fn(&HeaderMap) -> WriteError,
    /// The status with which a problem is answered.
    pub(crate) status: fn(&ProblemKind) -> u16,
    pub(crate) media_type: &'static str,
    /// The name of its schema in the API description.
    pub(crate) schema: &'static str,
}

/// Problem details (RFC 9457): the shape of every route that does not name another one.
pub(crate) static PROBLEM: ErrorShape = ErrorShape {
    writer: |_| |error, request| response(error, Some(request)),
    status: |kind| kind.status,
    media_type: PROBLEM_JSON,
    schema: "Problem",
};
