//! The id of a request: in the answer, in problems, in diagnostics and in entries.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use actix_web::web;
use roomkey_audit::RequestId;
use uuid::Uuid;

use roomkey_desk::desk::Desk;

/// The header that carries it, both ways.
pub(crate) const HEADER: &str = "x-request-id";

/// The id that the client sent, where it is one of the pattern; else a new one.
pub(crate) fn of(request: &ServiceRequest) -> RequestId {
    sent(request.headers()).unwrap_or_else(|| {
        let made = request
            .app_data::<web::Data<Desk>>()
            .map(|desk| desk.ground.ids().uuid_v7(desk.ground.clock().now()));
        let made = made.unwrap_or(Uuid::nil()).to_string();
        #[expect(clippy::expect_used, reason = "a UUID matches the pattern of request ids")]
        RequestId::try_from(made).expect("a UUID")
    })
}

fn sent(headers: &HeaderMap) -> Option<RequestId> {
    let mut values = headers.get_all(HEADER);
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()?.to_owned().try_into().ok()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_one_id_of_the_pattern_is_taken_over() {
        let sent = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers
                    .append(HeaderName::from_static(HEADER), HeaderValue::from_str(value).unwrap());
            }
            sent(&headers).map(String::from)
        };
        assert_eq!(sent(&["a-1.b_C"]).as_deref(), Some("a-1.b_C"));
        let long = "x".repeat(65);
        for bad in [&[][..], &[""], &["a b"], &["a\tb"], &[long.as_str()], &["a", "b"]] {
            assert_eq!(sent(bad), None, "{bad:?}");
        }
    }
}
