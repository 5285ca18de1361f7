//! The paths of Agora's token service (`AgoraIO-Community/agora-token-service`), which its clients are written against.
//!
//! What that service grants to anybody, the desk grants to members: the number and the role in a request are held against
//! what the membership gives, and nothing is cut to fit (the service made 4294967296 the wildcard).
//! The key of a channel is for the room of that name, so that a room in which a meeting runs, whose channel is another,
//! is refused.

mod answer;
mod asked;

pub(crate) mod chat;
pub(crate) mod get_token;
pub(crate) mod ping;
pub(crate) mod rtc;
pub(crate) mod rte;
pub(crate) mod rtm;

use actix_web::Scope;
use actix_web::web::{get, post, resource};

pub(crate) use answer::failure;

/// The paths of a path, without and with a slash behind it: clients use both, and a redirect has no CORS headers.
fn both(path: &str) -> [String; 2] {
    [path.to_owned(), format!("{path}/")]
}

/// Adds the paths; a number may be empty there, as some clients send it.
pub(crate) fn add(scope: Scope) -> Scope {
    const RTE: &str = "/compat/agora/rte/{channel}/{role}/{tokentype}/{uid:[^/]*}";
    scope
        .service(
            resource(both("/compat/agora/rtc/{channel}/{role}/{tokentype}/{uid:[^/]*}"))
                .route(get().to(rtc::rtc)),
        )
        .service(resource(both("/compat/agora/rtm/{uid:[^/]*}")).route(get().to(rtm::rtm)))
        .service(resource(both(RTE)).route(get().to(rte::rte)))
        .service(
            resource(both(&format!("{RTE}/{{rtmuid}}"))).route(get().to(rte::rte_with_account)),
        )
        .service(resource(both("/compat/agora/getToken")).route(post().to(get_token::get_token)))
        .service(resource(both("/compat/agora/chat/{of}")).route(get().to(chat::chat)))
        .service(resource(both("/compat/agora/chat/{of}/{id}")).route(get().to(chat::chat)))
        .service(resource(both("/compat/agora/ping")).route(get().to(ping::ping)))
}
