//! The description of the HTTP surface (OpenAPI 3.1), made of the list of routes and of the table of problems
//! ([`PROBLEMS`](crate::problem::contract::PROBLEMS)), so that nothing is written down twice.

mod conditions;
mod fill;
pub(crate) mod problems;
mod settings;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as OpenApiDocument;

use crate::about::Texts;
use crate::endpoint::Endpoint;
use crate::problem::body::Problem;

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
        (name = "About", description = "This description."),
    ),
    components(schemas(Problem))
)]
struct Description;

/// The description of these endpoints.
pub(crate) fn document(endpoints: &[Endpoint]) -> Value {
    let described = endpoints.iter().map(Endpoint::description);
    let whole = described.fold(Description::openapi(), OpenApiDocument::merge_from);
    #[expect(clippy::expect_used, reason = "a description of texts and numbers serializes")]
    let mut document = serde_json::to_value(whole).expect("plain values");
    problems::add(&mut document, endpoints);
    // The one body that may be absent, which the derived code has no word for.
    let renewal = ["paths", "/v1/tokens/{issuanceId}/renew", "post", "requestBody", "required"];
    fill::put(&mut document, &renewal, json!(false));
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
}

/// Describes the API (OpenAPI 3.1).
#[utoipa::path(get, path = "/openapi.json", tag = "About",
    responses((status = 200, body = Object, description = "The description")))]
pub(crate) async fn openapi_document(texts: Data<Texts>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(texts.json.as_str())
}
