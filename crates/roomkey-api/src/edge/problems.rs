//! Errors become problems with the id of their request, or what a vendor's own client reads, and failures are logged,
//! here and nowhere else.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::header::ALLOW;
use roomkey_audit::RequestId;

use crate::edge::Answer;
use crate::problem::error::ApiError;
use crate::problem::shape::WriteError;

/// Writes the answer's error, if it has one, in the shape that its client reads.
pub(crate) fn write(answer: Answer, id: &RequestId, write_error: WriteError) -> Answer {
    match answer {
        Answer::Whole(answer) => Answer::Whole(match written(answer.response(), id, write_error) {
            Some(problem) => answer.into_response(problem),
            None => answer,
        }),
        Answer::Bare(answer) => Answer::Bare(written(&answer, id, write_error).unwrap_or(answer)),
    }
}

fn written(
    answer: &HttpResponse<BoxBody>,
    id: &RequestId,
    write_error: WriteError,
) -> Option<HttpResponse> {
    if let Some(error) = answer.error().and_then(|error| error.as_error::<ApiError>()) {
        error.log();
        return Some(write_error(error, id));
    }
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    // The framework's own answer.
    let error = ApiError::of_status(status);
    error.log();
    let mut problem = write_error(&error, id);
    if let Some(allow) = answer.headers().get(ALLOW) {
        problem.headers_mut().insert(ALLOW, allow.clone());
    }
    Some(problem)
}
