//! From a request to authority: the only way in over HTTP.

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use roomkey_audit::RequestId;
use roomkey_desk::authority::{Actor, Admin, Reads};
use roomkey_desk::desk::Desk;
use roomkey_desk::error::DeskError;
use roomkey_desk::sessions::authenticate::Credentials;

use crate::problem::error::ApiError;

/// Where the vendor's SDKs put a project JWT.
const OPENTOK_AUTH: &str = "x-opentok-auth";

/// Where they put key and secret long ago.
const PARTNER_AUTH: &str = "x-tb-partner-auth";

/// The credentials of a request: one header with one value, `Authorization: Bearer` or `X-OPENTOK-AUTH`.
///
/// Nothing else carries credentials: no cookie, so no page can use those of its visitor; no query, so none stand in
/// logs of proxies. A bearer of three dotted parts is a project JWT.
fn credentials(headers: &HeaderMap) -> Result<Credentials<'_>, DeskError> {
    if headers.contains_key(PARTNER_AUTH) {
        return Err(DeskError::PartnerAuth);
    }
    let mut values = headers.get_all(AUTHORIZATION).map(|value| (value, true));
    let mut jwts = headers.get_all(OPENTOK_AUTH).map(|value| (value, false));
    let (value, is_bearer) = match (values.next(), jwts.next()) {
        (None, None) => return Err(DeskError::Unauthenticated),
        (Some(value), None) | (None, Some(value)) => value,
        (Some(_), Some(_)) => return Err(DeskError::InvalidToken),
    };
    if values.next().or_else(|| jwts.next()).is_some() {
        return Err(DeskError::InvalidToken);
    }
    let text = value.to_str().map_err(|_| DeskError::InvalidToken)?;
    if !is_bearer {
        return Ok(Credentials::ProjectJwt(text.trim_matches(' ')));
    }
    let bearer = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_matches(' '),
        Some(_) | None => return Err(DeskError::Unauthenticated),
    };
    match bearer.split('.').count() {
        3 => Ok(Credentials::ProjectJwt(bearer)),
        _ => Ok(Credentials::Session(bearer)),
    }
}

async fn authenticate(request: &HttpRequest) -> Result<Actor, ApiError> {
    let credentials = credentials(request.headers())?;
    let desk =
        request.app_data::<web::Data<Desk>>().ok_or(DeskError::Internal("the app has no desk"))?;
    let id = request.extensions().get::<RequestId>().cloned();
    let id = id.ok_or(DeskError::Internal("the request has no id"))?;
    Ok(desk.sessions.authenticate(&desk.ground, credentials, id).await?)
}

/// An authority that follows from who was authenticated.
pub(crate) trait Authority: Sized + 'static {
    /// The authority of this actor, or why it has none.
    fn of(actor: Actor) -> Result<Self, DeskError>;
}

impl Authority for Actor {
    fn of(actor: Actor) -> Result<Self, DeskError> {
        Ok(actor)
    }
}

impl Authority for Admin {
    fn of(actor: Actor) -> Result<Self, DeskError> {
        actor.admin()
    }
}

impl Authority for Reads {
    fn of(actor: Actor) -> Result<Self, DeskError> {
        actor.reads_log()
    }
}

/// The authority with which a request is made; a handler that takes none has none.
#[derive(Debug)]
pub(crate) struct By<A>(pub(crate) A);

impl<A: Authority> FromRequest for By<A> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = req.clone();
        Box::pin(async move { Ok(Self(A::of(authenticate(&request).await?)?)) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn of(values: &[(&'static str, &'static str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        credentials(&headers).ok().map(|credentials| match credentials {
            Credentials::Session(token) => format!("session {token}"),
            Credentials::ProjectJwt(jwt) => format!("project {jwt}"),
        })
    }

    #[test]
    fn exactly_one_header_counts() {
        const BEARER: &str = "authorization";
        assert_eq!(of(&[(BEARER, "Bearer rks_x")]).as_deref(), Some("session rks_x"));
        assert_eq!(of(&[(BEARER, "bearer  rks_x")]).as_deref(), Some("session rks_x"));
        assert_eq!(of(&[(BEARER, "Bearer a.b.c")]).as_deref(), Some("project a.b.c"));
        assert_eq!(of(&[(OPENTOK_AUTH, "a.b.c")]).as_deref(), Some("project a.b.c"));
        for bad in [
            &[][..],
            &[(BEARER, "Basic eDp5")],
            &[(BEARER, "Bearer")],
            &[(BEARER, "Bearer a"), (BEARER, "Bearer b")],
            &[(BEARER, "Bearer a"), (OPENTOK_AUTH, "a.b.c")],
            &[(OPENTOK_AUTH, "a.b.c"), (OPENTOK_AUTH, "a.b.c")],
            &[(PARTNER_AUTH, "1:2")],
            &[(PARTNER_AUTH, "1:2"), (OPENTOK_AUTH, "a.b.c")],
            &[(BEARER, "rks_x")],
        ] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }
}
