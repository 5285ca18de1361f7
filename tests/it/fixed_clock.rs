//! The desk inside this process, with a clock that the test moves and ids from a seed: whole answers, and what time
//! does to sessions, keys, events, counts and whoever signs the log.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails may panic"
)]

mod app;

mod answers;
mod counts;
mod integrator;
mod keys;
mod sessions;
