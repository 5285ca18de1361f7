//! `roomkey-auditor`: checks an issuance log without trusting the desk that wrote it.
//!
//! It links neither the database nor the web server, and reads nothing but the folder of an export or the published
//! log of a desk.
//! A library of which only `main.rs` and the generator of its reference know, see [`cli`].
//! Exit status: 0 where the log is clean, 1 where something is wrong with it, 2 where the command line is.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is a command: what it found is its output"
)]

mod cli;

mod findings;
mod item;
mod progress;
mod scan;
mod source;

mod export;
mod remote;

mod diff;
mod explain;
mod gaps;
mod proof;
mod replay;
mod trace;
mod verify;
mod who;

pub use cli::{definition, run};
