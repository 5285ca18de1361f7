//! The answer with a key.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use roomkey_desk::tokens::issue::IssuedKey;
use roomkey_desk::wire::token::KeyAnswer;

/// The header with the index of the entry that records the key.
pub(crate) const AUDIT_INDEX: &str = "audit-index";

/// The answer of a provider's own path.
pub(crate) fn of_provider(key: IssuedKey) -> HttpResponse {
    of(StatusCode::OK, key.index, KeyAnswer::of(key, false))
}

/// The answer of a path that knows no provider.
pub(crate) fn neutral(key: IssuedKey) -> HttpResponse {
    of(StatusCode::OK, key.index, KeyAnswer::of(key, true))
}

/// An answer with the index of its entry.
pub(crate) fn of(status: StatusCode, index: u64, body: impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((AUDIT_INDEX, index.to_string())).json(body)
}
