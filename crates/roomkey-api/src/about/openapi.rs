//! The description of the HTTP surface (OpenAPI 3.1), made of the handlers and of the tables that they obey.
//!
//! Problems, patterns and providers are filled in from [`PROBLEMS`](crate::problem::contract::PROBLEMS), from the types of
//! `roomkey-claims` and from the list of providers, so that none of them is written down twice.

mod conditions;
mod fill;
mod patterns;
mod problems;
mod providers;
mod settings;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::about::health;
use crate::problem::body::Problem;
use crate::v1::{audit, backends, events, meetings, members, rooms, session, tokens, users};
use crate::{compat, log};

/// What the derived code knows of the surface.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Roomkey",
        description = "Hands out short-lived keys to real-time rooms to people who may enter them, and keeps a provable \
                       record of every key.\n\nErrors are problems (RFC 9457): the type names what happened, and \
                       `requestId` finds it in the diagnostics of the desk.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "Keys", description = "Keys to rooms."),
        (name = "Sessions", description = "Log in, log out, and what a user does about itself."),
        (name = "Rooms", description = "Rooms and their settings, for admins."),
        (name = "Members", description = "Who is what in which room, for admins."),
        (name = "Events", description = "Events with a window of time, for admins."),
        (name = "Meetings", description = "Uses of a room with a session of their own at the provider, for admins and backends."),
        (name = "Users", description = "Users of the desk, for admins."),
        (name = "Backends", description = "Servers that ask for keys of the users that they act for, for admins."),
        (name = "Compatibility", description = "Surfaces for the vendors' own clients, each off until the settings switch it on."),
        (name = "Audit", description = "The log, for auditors and admins."),
        (name = "Log", description = "The signed log, for tools that verify it (C2SP tlog-tiles)."),
        (name = "Health", description = "Whether the desk lives and can issue keys."),
    ),
    paths(
        tokens::provider::provider_token,
        tokens::token_source::token_source,
        tokens::neutral::token,
        tokens::renew::renew,
        session::login::login,
        session::logout::logout,
        session::me::me,
        session::password::change_own_password,
        session::rooms::my_rooms,
        rooms::add::add_room,
        rooms::list::list_rooms,
        rooms::show::room,
        rooms::change::change_room,
        rooms::close::close_room,
        rooms::open::open_room,
        members::put::put_member,
        members::list::list_members,
        members::remove::remove_member,
        events::list::list_events,
        events::set::set_window,
        meetings::start::start_meeting,
        meetings::list::list_meetings,
        meetings::end::end_meeting,
        users::add::add_user,
        users::list::list_users,
        users::show::user,
        users::disable::disable_user,
        users::enable::enable_user,
        users::set_role::set_role,
        users::set_password::set_password,
        users::erase::erase_user,
        users::visits::list_visits,
        backends::add::add_backend,
        backends::list::list_backends,
        backends::revoke::revoke_backend,
        compat::opentok::create_session::create_session,
        compat::opentok::disconnect::disconnect,
        compat::opentok::sample::key_for_session,
        compat::opentok::sample::key_for_named_room,
        compat::agora::rtc::rtc,
        compat::agora::rtm::rtm,
        compat::agora::rte::rte,
        compat::agora::rte::rte_with_account,
        compat::agora::get_token::get_token,
        compat::agora::chat::chat,
        compat::agora::ping::ping,
        audit::events::events,
        audit::entry::entry,
        audit::tail::tail,
        audit::stats::stats,
        audit::trace::trace,
        log::checkpoint::checkpoint,
        log::tile::tile,
        log::proof::proof,
        health::livez,
        health::readyz,
        health::healthz,
    ),
    components(schemas(Problem))
)]
struct Description;

/// The description as a JSON value, made once.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a description of texts and numbers serializes")]
    let mut document = serde_json::to_value(Description::openapi()).expect("plain values");
    providers::expand(&mut document);
    problems::add(&mut document);
    // The one body that may be absent, which the derived code has no word for.
    let renewal = ["paths", "/v1/tokens/{issuanceId}/renew", "post", "requestBody", "required"];
    fill::put(&mut document, &renewal, json!(false));
    patterns::add(&mut document);
    settings::add(&mut document);
    conditions::add(&mut document);
    fill::put(
        &mut document,
        &["components", "securitySchemes", "session"],
        json!({"type": "http", "scheme": "bearer", "description": "The token of a login, `rks_…`."}),
    );
    fill::put(
        &mut document,
        &["components", "securitySchemes", "project"],
        json!({
            "type": "apiKey", "in": "header", "name": "X-OPENTOK-AUTH",
            "description": "A backend's project JWT, signed with its secret (HS256): `iss` its API key, `ist` \"project\", \
                            `iat`, `exp` at most 300 s later, `jti`. It may stand in `Authorization: Bearer` too.",
        }),
    );
    document
});

/// The description as JSON, the same bytes for the same software: the committed snapshot and `/openapi.json`.
pub fn openapi_json() -> String {
    format!("{:#}\n", *DOCUMENT)
}

/// `GET /openapi.json`.
pub(crate) async fn document() -> HttpResponse {
    static TEXT: LazyLock<String> = LazyLock::new(openapi_json);
    HttpResponse::Ok().content_type("application/json").body(TEXT.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_whole_and_always_the_same() {
        assert_eq!(openapi_json(), openapi_json());
        let paths = DOCUMENT["paths"].as_object().unwrap();
        for descriptor in roomkey_providers::ALL {
            assert!(paths.contains_key(&format!("/{}/token", descriptor.kind)));
        }
        assert!(!openapi_json().contains("{provider}"));
        let login = &DOCUMENT["paths"]["/v1/login"]["post"]["responses"];
        for status in ["200", "400", "401", "403", "408", "413", "415", "429", "500", "503"] {
            assert!(login[status].is_object(), "{status}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(value: &Value) {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(reference)) = map.get("$ref") {
                        let pointer = reference.trim_start_matches('#');
                        assert!(DOCUMENT.pointer(pointer).is_some(), "{reference}");
                    }
                    map.values().for_each(check);
                }
                Value::Array(list) => list.iter().for_each(check),
                _ => {}
            }
        }
        check(&DOCUMENT);
    }
}
