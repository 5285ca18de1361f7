//! How long requests take and how they end: metrics, and a line of diagnostics.

use std::time::Duration;

use actix_web::http::Method;

use crate::edge::Answer;

/// Notes a request that was answered.
///
/// The route is the pattern, never the path: no room and no user becomes a label.
pub(crate) fn record(method: &Method, answer: &Answer, elapsed: Duration) {
    let (status, route) = match answer {
        Answer::Whole(answer) => (answer.status(), answer.request().match_pattern()),
        Answer::Bare(answer) => (answer.status(), None),
    };
    let route = route.unwrap_or_else(|| "none".to_owned());
    let labels = [
        ("method", method_label(method).to_owned()),
        ("route", route.clone()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::histogram!("roomkey_http_request_duration_seconds", &labels)
        .record(elapsed.as_secs_f64());
    metrics::counter!("roomkey_http_requests_total", &labels).increment(1);
    let elapsed = elapsed.as_micros();
    if status.is_client_error() {
        tracing::info!(
            http.route = route,
            http.status = status.as_u16(),
            elapsed_micros = elapsed,
            "answered"
        );
    } else {
        tracing::debug!(
            http.route = route,
            http.status = status.as_u16(),
            elapsed_micros = elapsed,
            "answered"
        );
    }
}

/// The method, or `OTHER` for whatever a client made up.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
