//! OpenTok's REST interface as its server SDKs call it, and the paths of its sample servers.
//!
//! Specification: <https://developer.vonage.com/en/opentok/rest>.
//! The API URL of an SDK is `…/compat/opentok/{roomId}`: that names the room, which the interface has no word for.

mod create_session_form;
mod created;
mod failure;
mod xml;

pub(crate) mod create_session;
pub(crate) mod disconnect;
pub(crate) mod sample;

use actix_web::Scope;
use actix_web::web::{delete, get, post, resource};

pub(crate) use failure::VendorError;
pub(crate) use failure::failure;

/// What a client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON.
    Json,
    /// XML.
    Xml,
}

/// Adds the paths.
pub(crate) fn add(scope: Scope) -> Scope {
    const CONNECTION: &str =
        "/compat/opentok/{roomId}/v2/project/{key}/session/{session}/connection/{connection}";
    // PHP's SDK puts a slash behind some paths.
    let connection = [CONNECTION.to_owned(), format!("{CONNECTION}/")];
    scope
        .service(
            resource("/compat/opentok/{roomId}/session/create")
                .route(post().to(create_session::create_session)),
        )
        .service(resource(connection).route(delete().to(disconnect::disconnect)))
        // Before the next one, which would take a room that is called `session` for one that is called `room`.
        .service(
            resource("/compat/opentok/room/{roomId}").route(get().to(sample::key_for_named_room)),
        )
        .service(
            resource("/compat/opentok/{roomId}/session").route(get().to(sample::key_for_session)),
        )
}
