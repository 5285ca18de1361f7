//! The paths of Agora's token service (`AgoraIO-Community/agora-token-service`), which its clients are written against.
//!
//! What that service grants to anybody, the desk grants to members: the number and the role in a request are checked
//! against what the membership gives, and nothing is cut to fit (the service made 4294967296 the wildcard).
//! The key of a channel is for the room of that name, so that a room in which a meeting runs, whose channel is another,
//! is refused.

pub(crate) mod answer;
mod asked;

pub(crate) mod chat;
pub(crate) mod get_token;
pub(crate) mod ping;
pub(crate) mod rtc;
pub(crate) mod rte;
pub(crate) mod rtm;
