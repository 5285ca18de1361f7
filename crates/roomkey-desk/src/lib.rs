//! The desk: its use cases, the authority that they need, and the keyring, without HTTP.
//!
//! **What it is.** The rooms of the house between the database and whatever faces people: use cases by resource
//! (`rooms`, `users`, `members`, …), the way of a token ([`tokens`]), calls to providers ([`provider`]), the signed log
//! ([`log`]), and [`work`], everything that no request asks for. [`wire`] is the JSON in which both HTTP and the command
//! line show results.
//!
//! **In scope.** Authentication, authority as a value, the order decide, record, sign. It fences reqwest.
//!
//! **Out of scope.** HTTP servers and their errors, SQL, token formats, settings files, the command line.
//!
//! **Invariants.** A token is signed in [`Keyring::seal`](tokens::keyring::Keyring::seal) only, which needs the receipt
//! of the durable record. An [`Actor`](authority::Actor) comes only from the authentication of credentials or from the
//! [`Operator`](authority::Operator), which [`Desk::open`](desk::Desk::open) returns apart from the desk, so that a
//! server that is given the desk alone cannot make one.

pub mod desk;
pub mod work;

pub mod audit;
pub mod backends;
pub mod events;
pub mod log;
pub mod meetings;
pub mod members;
pub mod provider;
pub mod readiness;
pub mod rooms;
pub mod sessions;
pub mod tokens;
pub mod users;

pub mod wire;

pub mod authority;
pub mod error;
pub mod ground;
pub mod listing;
pub(crate) mod tally;

/// What use cases take and return of the database: rows, orders and refusals, and nothing that reads or writes it.
pub use roomkey_storage::{Grouping, Order, Refused, Room, SealError, StoreError, Visitor};
