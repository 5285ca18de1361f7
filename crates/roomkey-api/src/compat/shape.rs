//! In which shape a request is told that it failed: what its client can read.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCEPT, HeaderMap};
use roomkey_audit::RequestId;

use crate::compat::agora;
use crate::compat::opentok;
use crate::compat::opentok::Format;
use crate::problem::answer;
use crate::problem::error::ApiError;
use crate::settings::Compat;

/// In which shape a request is told that it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As a problem, as everywhere.
    Problem,
    /// As OpenTok's servers do.
    OpenTok(Format),
    /// As a problem that names its text as Agora's token service does, too.
    Agora,
}

impl Shape {
    /// The shape for a request; a surface that is off has none of its own.
    pub(crate) fn of(compat: &Compat, path: &str, headers: &HeaderMap) -> Self {
        let mut segments = path.trim_start_matches('/').splitn(6, '/');
        let mut next = || segments.next().unwrap_or_default();
        if next() != "compat" {
            return Self::Problem;
        }
        match (next(), next(), next(), next()) {
            ("agora", ..) if compat.agora => Self::Agora,
            ("opentok", _, "session", "create") if compat.opentok => {
                Self::OpenTok(Format::asked(headers))
            }
            // The newer half of the interface speaks JSON to everybody.
            ("opentok", _, "v2", _) if compat.opentok => Self::OpenTok(Format::Json),
            _ => Self::Problem,
        }
    }

    /// The answer to a request that failed.
    pub(crate) fn response(self, error: &ApiError, request: &RequestId) -> HttpResponse {
        match self {
            Self::Problem => answer::response(error, Some(request)),
            Self::OpenTok(format) => opentok::failure(error, format),
            Self::Agora => agora::failure(error, request),
        }
    }
}

impl Format {
    /// JSON for whoever asks for it, else XML.
    pub(crate) fn asked(headers: &HeaderMap) -> Self {
        let asks = |value: &str| value.to_ascii_lowercase().contains("application/json");
        let mut values = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
        if values.any(asks) { Self::Json } else { Self::Xml }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn only_the_vendors_own_paths_have_a_shape_of_their_own() {
        let on = Compat { opentok: true, agora: true, agora_rtm_room: None };
        let mut json = HeaderMap::new();
        json.insert(ACCEPT, HeaderValue::from_static("text/html, Application/JSON;q=0.9"));
        let none = HeaderMap::new();
        let create = "/compat/opentok/stage-1/session/create";
        assert_eq!(Shape::of(&on, create, &none), Shape::OpenTok(Format::Xml));
        assert_eq!(Shape::of(&on, create, &json), Shape::OpenTok(Format::Json));
        let v2 = "/compat/opentok/stage-1/v2/project/1/session/a/connection/b/";
        assert_eq!(Shape::of(&on, v2, &none), Shape::OpenTok(Format::Json));
        assert_eq!(Shape::of(&on, "/compat/agora/rtc/a", &none), Shape::Agora);
        for path in [
            "/",
            "/compat/opentok/stage-1/session",
            "/compat/opentok/room/stage-1",
            "/v1/compat/agora/rtc",
        ] {
            assert_eq!(Shape::of(&on, path, &json), Shape::Problem, "{path}");
        }
        for path in [create, v2, "/compat/agora/rtc/a"] {
            assert_eq!(Shape::of(&Compat::OFF, path, &json), Shape::Problem, "{path}");
        }
    }
}
