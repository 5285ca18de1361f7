//! OpenTok's REST interface as its server SDKs call it, and the paths of its sample servers.
//!
//! Specification: <https://developer.vonage.com/en/opentok/rest>.
//! The API URL of an SDK is `…/compat/opentok/{roomId}`: that names the room, which the interface has no word for.

mod create_session_form;
mod created;
pub(crate) mod failure;
mod format;
mod xml;

pub(crate) mod create_session;
pub(crate) mod disconnect;
pub(crate) mod sample;
