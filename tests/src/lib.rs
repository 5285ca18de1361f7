//! The harness of the black-box tests: a real desk as a process, clients that talk to it, and what they are held to.
//!
//! **What it is.** [`Desk`], a settings file with a database in a folder of its own; [`Server`], its running process;
//! [`Client`], somebody who talks to it; [`Log`], its exported log with the oracle; [`load`], a load generator.
//!
//! **In scope.** Everything that the tests, the demonstration, the proofs and the benches share.
//!
//! **Out of scope.** Knowledge of how the desk does anything: nothing here links the server's own code, but the crate
//! that specifies the log, whose replay is the oracle, that of the token formats, whose bare signature is measured, and
//! that of the database, through which [`seed`] writes long logs.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value without the key is null, which tests compare"
)]
#![expect(clippy::print_stderr, reason = "what a test could not do is said beside its result")]
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "short texts, read often and made once"
)]

pub mod bench;
pub mod cli;
pub mod client;
pub mod crash;
pub mod database;
pub mod desk;
pub mod judges;
pub mod livekit;
pub mod load;
pub mod log;
pub mod opentok;
pub mod outsider;
pub mod place;
pub mod raw;
pub mod relay;
pub mod scene;
pub mod seed;
pub mod server;
pub mod settings;
pub mod token;
pub mod vendor;
pub mod wait;

pub use client::{Answer, Client};
pub use database::Kind;
pub use desk::Desk;
pub use log::Log;
pub use outsider::Outsider;
pub use relay::Relay;
pub use server::{Node, Server};
pub use vendor::Vendor;
