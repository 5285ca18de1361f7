//! Requests from pages of other origins (Fetch standard, CORS protocol).
//!
//! A browser runs a request before it tells the page that it may not read the answer: so a request from an origin that
//! is not on the list is refused here, before its handler runs.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};

use crate::edge::origin::AllowedOrigins;

/// What is to be done with a request, by where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Judgment {
    /// It says nothing of an origin: no page of another origin sent it.
    NoOrigin,
    /// A page that may use the desk sent it.
    Allowed(HeaderValue),
    /// A browser asks whether such a page may.
    Preflight(HeaderValue),
    /// A page that may not.
    Refused,
}

/// Judges a request by its origin, of which there may be one.
pub(crate) fn judge(allowed: &AllowedOrigins, method: &Method, headers: &HeaderMap) -> Judgment {
    let mut origins = headers.get_all(ORIGIN);
    let Some(origin) = origins.next() else { return Judgment::NoOrigin };
    let is_allowed =
        origins.next().is_none() && origin.to_str().is_ok_and(|origin| allowed.allows(origin));
    match (
        is_allowed,
        method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
    ) {
        (false, _) => Judgment::Refused,
        (true, true) => Judgment::Preflight(origin.clone()),
        (true, false) => Judgment::Allowed(origin.clone()),
    }
}

/// Tells the browser; never that credentials may be sent, since cookies carry none here.
pub(crate) fn put(headers: &mut HeaderMap, judgment: &Judgment) {
    // Always, so that no cache gives the answer for one origin to another.
    headers.append(VARY, HeaderValue::from_static("Origin"));
    let (Judgment::Allowed(origin) | Judgment::Preflight(origin)) = judgment else { return };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let more = match judgment {
        Judgment::Preflight(_) => &[
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE"),
            (
                ACCESS_CONTROL_ALLOW_HEADERS,
                "authorization, content-type, if-none-match, x-request-id",
            ),
            (ACCESS_CONTROL_MAX_AGE, "600"),
        ][..],
        _ => &[(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            "audit-checkpoint-size, audit-index, audit-min-index, audit-size, date, etag, link, retry-after, www-authenticate, x-request-id",
        )],
    };
    for (name, value) in more {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_of(method: &Method, origins: &[&'static str], asks: bool) -> Judgment {
        let allowed = AllowedOrigins::List(["https://ok.example".parse().unwrap()].into());
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, HeaderValue::from_static(origin));
        }
        if asks {
            headers.insert(ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST"));
        }
        judge(&allowed, method, &headers)
    }

    #[test]
    fn a_page_of_another_origin_is_refused() {
        let ok = HeaderValue::from_static("https://ok.example");
        assert_eq!(judge_of(&Method::POST, &[], false), Judgment::NoOrigin);
        assert_eq!(
            judge_of(&Method::POST, &["https://ok.example"], false),
            Judgment::Allowed(ok.clone())
        );
        assert_eq!(
            judge_of(&Method::OPTIONS, &["https://ok.example"], true),
            Judgment::Preflight(ok)
        );
        for origins in [
            &["https://evil.example"][..],
            &["null"],
            &["https://ok.example", "https://ok.example"],
        ] {
            assert_eq!(judge_of(&Method::OPTIONS, origins, true), Judgment::Refused);
            assert_eq!(judge_of(&Method::GET, origins, false), Judgment::Refused);
        }
    }

    #[test]
    fn only_an_allowed_origin_is_echoed_and_no_credentials_ever() {
        let mut headers = HeaderMap::new();
        put(&mut headers, &Judgment::Refused);
        assert!(!headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) && headers.contains_key(VARY));
        put(&mut headers, &Judgment::Preflight(HeaderValue::from_static("https://ok.example")));
        assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), "https://ok.example");
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
}
