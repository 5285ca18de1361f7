//! The HTTP surface: an adapter from actix-web, which it fences, to the use cases of `roomkey-desk`.
//!
//! A request passes the [`edge`] (request id, origin, deadline, panics, headers, metrics), then a route, whose handler
//! extracts, calls one use case and wraps its answer. Every error is a problem of [`PROBLEMS`], written down in one
//! place.
//!
//! **In scope.** Routes by audience: [`v1`], the surfaces for the vendors' own clients ([`compat`]), the published log
//! ([`log`]), what the API says about itself ([`about`]). The public contract of errors.
//!
//! **Out of scope.** Use cases, SQL, token formats, settings files.
//!
//! **Invariants.** No code here can make an [`Actor`](roomkey_desk::authority::Actor): it comes from the desk's
//! authentication of a request's credentials. Nor can any open a database past the use cases, since this crate does not
//! link the one that does:
//!
//! ```compile_fail,E0432
//! use roomkey_storage::Store;
//! ```
//!
//! ```
//! use roomkey_desk::desk::Desk;
//! ```

mod serve;

mod mount;
mod routes;

mod about;
mod compat;
mod log;
mod v1;

mod endpoint;
mod extract;

mod edge;
mod problem;

mod settings;

pub use edge::origin::{AllowedOrigins, Origin, OriginError};
pub use edge::peer::Network;
pub use extract::json::BODY_LIMIT;
pub use mount::configure;
pub use problem::contract::{PROBLEMS, ProblemKind};
pub use problem::error::ApiError;
pub use problem::fault::{BodyFault, FieldError};
pub use problem::vendor::{CompatFault, SessionFault};
pub use routes::openapi_json;
pub use serve::{metrics_app, serve};
pub use settings::{Compat, HttpSettings};
