//! The tree over the entries: what makes the log provable to somebody who trusts nothing of the server.
//!
//! The formats are those of RFC 6962 and of C2SP, so that tools nobody here wrote can check the log:
//! hashes and proofs (RFC 6962 section 2.1, RFC 9162 section 2.1), tiles (`c2sp.org/tlog-tiles`), signed notes
//! (`c2sp.org/signed-note`), checkpoints (`c2sp.org/tlog-checkpoint`), cosignatures (`c2sp.org/tlog-cosignature`)
//! and files with a proof (`c2sp.org/tlog-proof`).
//!
//! **Invariant**: reading is strict, so that every text that is accepted is the one that would be written for it,
//! and no input makes memory or time grow beyond a small multiple of its own length.

pub mod hash;

pub mod tile;

pub mod bundle;

pub mod builder;

pub mod proof;

pub mod key;

pub mod note;

pub mod checkpoint;

pub mod tlog_proof;

mod text;

#[cfg(test)]
mod tests;
