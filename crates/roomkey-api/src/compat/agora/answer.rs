//! Answers as Agora's token service gives them.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, EXPIRES, HeaderMap, HeaderValue, PRAGMA};
use actix_web::{HttpResponse, HttpResponseBuilder};
use roomkey_audit::RequestId;
use roomkey_claims::Grant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::answer::with_body;
use crate::problem::body;
use crate::problem::body::Problem;
use crate::problem::error::ApiError;
use crate::problem::shape::{ErrorShape, PROBLEM};
use crate::v1::tokens::answer;

/// How the client joins.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Participant {
    /// With a number.
    Uid(u32),
    /// With an account.
    Account(String),
}

impl Participant {
    /// How the holder of a key joins.
    pub(crate) fn of(grant: &Grant) -> Self {
        match grant.uid {
            Some(uid) => Self::Uid(uid.get()),
            None => Self::Account(grant.identity.to_string()),
        }
    }
}

/// What the service says of caches, in all the words that there are for it.
const UNCACHED: [(actix_web::http::header::HeaderName, &str); 3] = [
    (CACHE_CONTROL, "private, no-cache, no-store, must-revalidate"),
    (EXPIRES, "-1"),
    (PRAGMA, "no-cache"),
];

fn put(headers: &mut HeaderMap) {
    for (name, value) in UNCACHED {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// An answer with a key.
pub(crate) fn key(index: u64, body: impl Serialize) -> HttpResponse {
    let mut answer = answer::of(StatusCode::OK, index, body);
    put(answer.headers_mut());
    answer
}

/// An answer without a key.
pub(crate) fn plain(body: impl Serialize) -> HttpResponse {
    let mut answer = HttpResponseBuilder::new(StatusCode::OK).json(body);
    put(answer.headers_mut());
    answer
}

/// A problem that names its text as the service does too: `error` on some of its paths, `message` on others.
#[derive(Serialize)]
struct Failure {
    #[serde(flatten)]
    problem: Problem,
    error: String,
    message: String,
}

/// How Agora's clients read errors: as problems with two members more.
pub(crate) static FAILURE: ErrorShape = ErrorShape { writer: |_| failure, ..PROBLEM };

fn failure(error: &ApiError, request: &RequestId) -> HttpResponse {
    let text = body::words(error);
    let body =
        Failure { problem: Problem::of(error, Some(request)), error: text.clone(), message: text };
    let mut answer = with_body(error, body);
    put(answer.headers_mut());
    answer
}
