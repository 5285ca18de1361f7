//! Bodies: JSON objects, declared as such, at most 64 KiB, with the fields of the request and no others.

mod pointer;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::problem::error::ApiError;
use crate::problem::fault::BodyFault;

/// Largest body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// A body that must be there.
#[derive(Debug)]
pub(crate) struct StrictJson<T>(pub(crate) T);

/// A body that may be absent, which then reads as `{}`.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for StrictJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            check_media_type(&request)?;
            parse(&read(&request, payload).await?).map(Self)
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for OptionalJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let body = read(&request, payload).await?;
            if body.is_empty() {
                return parse(b"{}").map(Self);
            }
            check_media_type(&request)?;
            parse(&body).map(Self)
        })
    }
}

/// `application/json`, at most with `charset=utf-8`, not encoded.
///
/// A form or a plain text cannot be sent as JSON from another origin without a preflight, so this is also what keeps
/// pages of other origins out (OWASP ASVS 5.0 section 3.5.2).
fn check_media_type(request: &HttpRequest) -> Result<(), ApiError> {
    let Ok(Some(mime)) = request.mime_type() else { return Err(ApiError::MediaType) };
    let is_json = mime.essence_str().eq_ignore_ascii_case("application/json");
    let is_utf8 = mime
        .params()
        .all(|(name, value)| name == "charset" && value.as_str().eq_ignore_ascii_case("utf-8"));
    let is_plain =
        request.headers().get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    if is_json && is_utf8 && is_plain { Ok(()) } else { Err(ApiError::MediaType) }
}

/// Reads at most [`BODY_LIMIT`] bytes; a longer body is refused as soon as this is known.
pub(crate) async fn read(
    request: &HttpRequest,
    mut payload: Payload,
) -> Result<BytesMut, ApiError> {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if declared
        .and_then(|length| length.parse::<usize>().ok())
        .is_some_and(|length| BODY_LIMIT < length)
    {
        return Err(ApiError::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| malformed())?;
        if BODY_LIMIT < body.len() + chunk.len() {
            return Err(ApiError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

const fn malformed() -> ApiError {
    ApiError::Body { fault: BodyFault::Malformed, pointer: String::new() }
}

/// Reads a JSON object; what is wrong with it is told by name and place, never by its text.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let result = serde_json::from_slice(body);
    // A struct would also read from an array, in the order of its fields.
    let is_object = body.trim_ascii_start().first() == Some(&b'{');
    match result {
        Ok(value) if is_object => Ok(value),
        Ok(_) => Err(ApiError::Body { fault: BodyFault::WrongType, pointer: String::new() }),
        Err(error) if error.classify() != Category::Data => Err(malformed()),
        Err(_) if !is_object => {
            Err(ApiError::Body { fault: BodyFault::WrongType, pointer: String::new() })
        }
        Err(error) => Err(fault(body, &error)),
    }
}

fn fault(body: &[u8], error: &serde_json::Error) -> ApiError {
    // The texts are those of serde's derived code; they may hold values, so only their beginning is looked at.
    let text = error.to_string();
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next())
    {
        return ApiError::Body { fault: BodyFault::MissingField, pointer: format!("/{name}") };
    }
    let fault = if text.starts_with("unknown field") {
        BodyFault::UnknownField
    } else if text.starts_with("duplicate field") {
        BodyFault::DuplicateField
    } else {
        BodyFault::WrongType
    };
    ApiError::Body { fault, pointer: pointer::at(body, error.line(), error.column()) }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it reads is looked at")]
    struct Request {
        room_id: String,
        ttl_seconds: Option<i64>,
    }

    #[track_caller]
    fn check(body: &str, expected: Option<(BodyFault, &str)>) {
        match (parse::<Request>(body.as_bytes()), expected) {
            (Ok(_), None) => {}
            (Err(ApiError::Body { fault, pointer }), Some(expected)) => {
                assert_eq!((fault, pointer.as_str()), expected, "{body}");
            }
            (result, _) => panic!("{body}: {result:?}"),
        }
    }

    #[test]
    fn each_fault_has_its_name_and_its_place() {
        use BodyFault::{DuplicateField, Malformed, MissingField, UnknownField, WrongType};
        check(r#"{"roomId":"a","ttlSeconds":300}"#, None);
        check(r#"{"roomId":"a","ttlSeconds":-1}"#, None);
        check("", Some((Malformed, "")));
        check("\u{feff}{}", Some((Malformed, "")));
        check(r#"{"roomId":"a"} {}"#, Some((Malformed, "")));
        check(r#"{"roomId":"a","ttlSeconds":1e999}"#, Some((Malformed, "")));
        check(&"[".repeat(200), Some((WrongType, "")));
        check("{}", Some((MissingField, "/roomId")));
        check(r#"["a"]"#, Some((WrongType, "")));
        check("\"canary\"", Some((WrongType, "")));
        check(r#"{"roomId":"a","roomId":"b"}"#, Some((DuplicateField, "/roomId")));
        check(r#"{"roomId":"a","role":"moderator"}"#, Some((UnknownField, "/role")));
        check(r#"{"roomId":7}"#, Some((WrongType, "/roomId")));
        check(r#"{"roomId":{"a":1}}"#, Some((WrongType, "/roomId")));
        for bad in ["\"300\"", "300.5", "1e18", "true", "[300]", "100000000000000000000"] {
            let body = format!("{{\n  \"roomId\": \"a\",\n  \"ttlSeconds\": {bad}\n}}");
            check(&body, Some((WrongType, "/ttlSeconds")));
        }
    }
}
