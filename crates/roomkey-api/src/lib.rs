//! The desk as a server: its use cases, and the HTTP surface over them.
//!
//! **What it is.** [`ops`], the use cases with the keyring, and [`http`], the adapter to actix-web, which it fences.
//!
//! **In scope.** The way of a key: parse, decide, record, sign, answer. The public contract of errors.
//!
//! **Out of scope.** SQL, token formats, password hashing (in their crates); settings files and the command line.
//!
//! **Invariants.** `ops` names nothing of HTTP. A token is signed in [`ops::Keyring::seal`] only, which wants the
//! receipt of the durable record. An [`ops::Actor`] exists only where somebody was authenticated.

pub mod http;
pub mod ops;
