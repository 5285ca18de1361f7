//! The commands over logs made here: clean ones, and ones that somebody changed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod desk;
mod export;
mod proofs;
mod reading;
mod remote;
mod tamper;
mod web;
