//! The HTTP surface: an adapter from actix-web to the use cases, which it fences.
//!
//! A request passes the edge (request id, origin, deadline, panics, headers, metrics), then a route, whose handler
//! extracts, calls one use case and wraps its answer. Every error is a problem of [`PROBLEMS`], written down in one
//! place.

mod contract;
mod error;
mod problem;

mod credentials;
mod fields;
mod json;
mod listing;
mod query;
mod then;

mod edge;
pub mod origin;
pub mod peer;
mod settings;

mod audit;
mod backends;
mod compat;
mod events;
mod health;
mod keys;
mod log;
mod meetings;
mod members;
mod rooms;
mod session;
mod users;

mod docs;
mod openapi;
mod routes;
mod serve;
pub mod wire;

pub use compat::{CompatFault, SessionFault};
pub use contract::{PROBLEMS, ProblemKind};
pub use error::ApiError;
pub use fields::FieldError;
pub use json::{BODY_LIMIT, BodyFault};
pub use openapi::openapi_json;
pub use origin::{AllowedOrigins, Origin};
pub use peer::Network;
pub use routes::configure;
pub use serve::{metrics_app, serve};
pub use settings::{Compat, HttpSettings};
