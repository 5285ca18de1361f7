//! From a request to authority: the only way in over HTTP.

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use roomkey_audit::RequestId;

use crate::http::ApiError;
use crate::ops::{Actor, Admin, Desk, OpsError, Reads};

/// The token of `Authorization: Bearer`, which must stand there exactly once.
///
/// Nothing else carries credentials: no cookie, so no page can use those of its visitor; no query, so none stand in
/// logs of proxies.
fn bearer(headers: &HeaderMap) -> Result<&str, OpsError> {
    let mut values = headers.get_all(AUTHORIZATION);
    let Some(value) = values.next() else { return Err(OpsError::Unauthenticated) };
    if values.next().is_some() {
        return Err(OpsError::InvalidToken);
    }
    let text = value.to_str().map_err(|_| OpsError::InvalidToken)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(token.trim_matches(' '))
        }
        Some(_) | None => Err(OpsError::Unauthenticated),
    }
}

async fn authenticate(request: &HttpRequest) -> Result<Actor, ApiError> {
    let bearer = bearer(request.headers())?;
    let desk =
        request.app_data::<web::Data<Desk>>().ok_or(OpsError::Internal("the app has no desk"))?;
    let id = request.extensions().get::<RequestId>().cloned();
    let id = id.ok_or(OpsError::Internal("the request has no id"))?;
    Ok(desk.authenticate(bearer, id).await?)
}

impl FromRequest for Actor {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = req.clone();
        Box::pin(async move { authenticate(&request).await })
    }
}

impl FromRequest for Admin {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = req.clone();
        Box::pin(async move { Ok(authenticate(&request).await?.admin()?) })
    }
}

impl FromRequest for Reads {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = req.clone();
        Box::pin(async move { Ok(authenticate(&request).await?.reads_log()?) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn of(values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        bearer(&headers).ok().map(str::to_owned)
    }

    #[test]
    fn exactly_one_bearer_counts() {
        assert_eq!(of(&["Bearer rks_x"]).as_deref(), Some("rks_x"));
        assert_eq!(of(&["bearer  rks_x"]).as_deref(), Some("rks_x"));
        for bad in [&[][..], &["Basic eDp5"], &["Bearer"], &["Bearer a", "Bearer b"], &["rks_x"]] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }
}
