//! Which path is answered by which handler.
//!
//! Each path is a resource with its methods, so that another method is 405 with `Allow`, and all of them lie in one
//! scope inside the edge, so that nothing escapes it.

use actix_web::middleware::from_fn;
use actix_web::web::{
    Data, PathConfig, ServiceConfig, delete, get, head, patch, post, put, resource, scope, to,
};
use actix_web::{HttpResponse, Scope};
use roomkey_claims::ProviderKind;

use crate::about::{docs, health, openapi};
use crate::edge::edge;
use crate::problem::error::ApiError;
use crate::settings::HttpSettings;
use crate::v1::{audit, backends, events, meetings, members, rooms, session, tokens, users};
use crate::{compat, log};

/// Mounts everything; the app must have a `Data<Desk>`.
pub fn configure(app: &mut ServiceConfig, settings: &HttpSettings) {
    let settings = Data::new(settings.clone());
    let of_edge = settings.clone();
    let all = [about, sessions, keys_of, users_of, backends_of, rooms_of, log_of];
    let routes = all.into_iter().fold(scope(""), |scope, add| add(scope));
    let routes = compat::add(routes, &settings.compat);
    let routes = routes
        .app_data(settings)
        .app_data(PathConfig::default().error_handler(|_, _| ApiError::Malformed.into()))
        .default_service(to(not_found))
        .wrap(from_fn(move |request, next| edge(of_edge.clone(), request, next)));
    // For what has no path at all, such as `OPTIONS *`.
    app.service(routes).default_service(to(not_found));
}

async fn not_found() -> Result<HttpResponse, ApiError> {
    Err(ApiError::NotFound)
}

fn about(scope: Scope) -> Scope {
    scope
        .service(resource("/livez").route(get().to(health::livez)).route(head().to(health::livez)))
        .service(
            resource("/readyz").route(get().to(health::readyz)).route(head().to(health::readyz)),
        )
        .service(
            resource("/healthz").route(get().to(health::healthz)).route(head().to(health::healthz)),
        )
        .service(
            resource("/openapi.json")
                .route(get().to(openapi::document))
                .route(head().to(openapi::document)),
        )
        .service(resource("/docs").route(get().to(docs::page)).route(head().to(docs::page)))
}

fn sessions(scope: Scope) -> Scope {
    scope
        .service(resource("/v1/login").route(post().to(session::login::login)))
        .service(resource("/v1/logout").route(post().to(session::logout::logout)))
        .service(resource("/v1/me").route(get().to(session::me::me)))
        .service(
            resource("/v1/me/password").route(put().to(session::password::change_own_password)),
        )
        .service(resource("/v1/me/rooms").route(get().to(session::rooms::my_rooms)))
}

/// The neutral paths, LiveKit's standard endpoint, and one path for each provider of the list.
fn keys_of(scope: Scope) -> Scope {
    let scope = scope
        .service(resource("/v1/tokens").route(post().to(tokens::neutral::token)))
        .service(resource("/v1/tokens/{issuanceId}/renew").route(post().to(tokens::renew::renew)))
        .service(
            resource("/livekit/token-source").route(post().to(tokens::token_source::token_source)),
        );
    roomkey_providers::ALL.iter().fold(scope, |scope, descriptor| {
        #[expect(
            clippy::expect_used,
            reason = "the names in the list match the pattern, as its tests show"
        )]
        let kind: ProviderKind = descriptor.kind.parse().expect("a kind");
        let path = format!("/{kind}/token");
        let token = move |desk, asked| tokens::provider::provider_token(kind.clone(), desk, asked);
        scope.service(resource(path).route(post().to(token)))
    })
}

fn users_of(scope: Scope) -> Scope {
    scope
        .service(
            resource("/v1/users")
                .route(post().to(users::add::add_user))
                .route(get().to(users::list::list_users)),
        )
        .service(resource("/v1/users/{username}").route(get().to(users::show::user)))
        .service(
            resource("/v1/users/{username}/disable").route(post().to(users::disable::disable_user)),
        )
        .service(
            resource("/v1/users/{username}/enable").route(post().to(users::enable::enable_user)),
        )
        .service(resource("/v1/users/{username}/erase").route(post().to(users::erase::erase_user)))
        .service(
            resource("/v1/users/{username}/visits").route(get().to(users::visits::list_visits)),
        )
        .service(resource("/v1/users/{username}/role").route(put().to(users::set_role::set_role)))
        .service(
            resource("/v1/users/{username}/password")
                .route(put().to(users::set_password::set_password)),
        )
}

fn backends_of(scope: Scope) -> Scope {
    scope
        .service(
            resource("/v1/backends")
                .route(post().to(backends::add::add_backend))
                .route(get().to(backends::list::list_backends)),
        )
        .service(
            resource("/v1/backends/{apiKey}/revoke")
                .route(post().to(backends::revoke::revoke_backend)),
        )
}

fn rooms_of(scope: Scope) -> Scope {
    scope
        .service(
            resource("/v1/rooms")
                .route(post().to(rooms::add::add_room))
                .route(get().to(rooms::list::list_rooms)),
        )
        .service(
            resource("/v1/rooms/{roomId}")
                .route(get().to(rooms::show::room))
                .route(patch().to(rooms::change::change_room)),
        )
        .service(resource("/v1/rooms/{roomId}/close").route(post().to(rooms::close::close_room)))
        .service(resource("/v1/rooms/{roomId}/open").route(post().to(rooms::open::open_room)))
        .service(
            resource("/v1/rooms/{roomId}/members")
                .route(post().to(members::put::put_member))
                .route(get().to(members::list::list_members)),
        )
        .service(
            resource("/v1/rooms/{roomId}/members/{username}")
                .route(delete().to(members::remove::remove_member)),
        )
        .service(resource("/v1/rooms/{roomId}/events").route(get().to(events::list::list_events)))
        .service(
            resource("/v1/rooms/{roomId}/events/{eventId}")
                .route(put().to(events::set::set_window)),
        )
        .service(
            resource("/v1/rooms/{roomId}/meetings")
                .route(post().to(meetings::start::start_meeting))
                .route(get().to(meetings::list::list_meetings)),
        )
        .service(
            resource("/v1/rooms/{roomId}/meetings/end")
                .route(post().to(meetings::end::end_meeting)),
        )
}

fn log_of(scope: Scope) -> Scope {
    scope
        .service(resource("/v1/audit/events").route(get().to(audit::events::events)))
        .service(resource("/v1/audit/events/{entry}").route(get().to(audit::entry::entry)))
        .service(resource("/v1/audit/events/{entry}/proof").route(get().to(log::proof::proof)))
        .service(
            resource("/audit/log/checkpoint")
                .route(get().to(log::checkpoint::checkpoint))
                .route(head().to(log::checkpoint::checkpoint)),
        )
        .service(
            resource("/audit/log/tile/{tile:.*}")
                .route(get().to(log::tile::tile))
                .route(head().to(log::tile::tile)),
        )
        .service(resource(audit::tail::PATH).route(get().to(audit::tail::tail)))
        .service(resource("/v1/audit/stats").route(get().to(audit::stats::stats)))
        .service(resource("/v1/audit/trace").route(post().to(audit::trace::trace)))
}
