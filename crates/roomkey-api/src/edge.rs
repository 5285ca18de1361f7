//! What every request passes before and after its route, in this order: request id, shape of errors, origin, a query
//! where none belongs, deadline, panics; then the problem, the headers (CORS among them) and the metrics of the answer.
//!
//! The edge sits around the routes, so nothing of the framework's own answers leaves the desk as it is.

pub(crate) mod by_path;
mod cors;
mod headers;
mod measure;
pub(crate) mod origin;
pub(crate) mod peer;
mod problems;
mod request_id;

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;
use actix_web::rt::time::timeout;
use actix_web::{HttpMessage, HttpResponse, web};
use futures_util::FutureExt;
use tracing::Instrument;

use crate::problem::error::ApiError;
use crate::settings::HttpSettings;
use by_path::ByPath;
use cors::Judgment;

/// An answer with its request, or one whose request was lost to a deadline or a panic.
enum Answer {
    /// Served.
    Whole(ServiceResponse<BoxBody>),
    /// Lost.
    Bare(HttpResponse),
}

impl Answer {
    fn headers_mut(&mut self) -> &mut HeaderMap {
        match self {
            Self::Whole(answer) => answer.headers_mut(),
            Self::Bare(answer) => answer.headers_mut(),
        }
    }
}

/// Serves a request within the edge.
pub(crate) async fn edge<B: MessageBody + 'static>(
    settings: web::Data<HttpSettings>,
    by_path: web::Data<ByPath>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id::of(&request);
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let write_error = (by_path.shape(request.path()).writer)(request.headers());
    let judgment = cors::judge(&settings.allowed_origins, request.method(), request.headers());
    let span = tracing::info_span!("http.request", request.id = id.as_str(), http.method = %method);
    let answer = match &judgment {
        Judgment::Refused => Answer::Whole(request.error_response(ApiError::OriginNotAllowed)),
        Judgment::Preflight(_) => {
            Answer::Whole(request.into_response(HttpResponse::NoContent().finish()))
        }
        // What acts reads its body alone: a parameter in the query would be ignored in silence.
        Judgment::NoOrigin | Judgment::Allowed(_)
            if matches!(method, Method::POST | Method::PUT | Method::PATCH)
                && !request.query_string().is_empty() =>
        {
            Answer::Whole(request.error_response(ApiError::Query))
        }
        Judgment::NoOrigin | Judgment::Allowed(_) => {
            let deadline = settings.request_timeout + by_path.extra_time(&method, request.path());
            guarded(deadline, request, next).instrument(span.clone()).await
        }
    };
    let _entered = span.enter();
    let mut answer = problems::write(answer, &id, write_error);
    headers::put(answer.headers_mut(), &id);
    cors::put(answer.headers_mut(), &judgment);
    measure::record(&method, &answer, started.elapsed());
    match answer {
        Answer::Whole(answer) => Ok(answer),
        // The framework makes an answer without its request of an error that holds one.
        Answer::Bare(answer) => {
            Err(InternalError::from_response("the request was lost", answer).into())
        }
    }
}

/// Serves a request in a bounded time, its body included, whatever the handler does.
async fn guarded<B: MessageBody + 'static>(
    deadline: Duration,
    request: ServiceRequest,
    next: Next<B>,
) -> Answer {
    let served = AssertUnwindSafe(next.call(request)).catch_unwind();
    let error = match timeout(deadline, served).await {
        Ok(Ok(Ok(answer))) => return Answer::Whole(answer.map_into_boxed_body()),
        Ok(Ok(Err(error))) => return Answer::Bare(HttpResponse::from_error(error)),
        Ok(Err(_panic)) => ApiError::Panicked,
        Err(_elapsed) => ApiError::Timeout,
    };
    Answer::Bare(HttpResponse::from_error(error))
}

#[cfg(test)]
mod tests;
