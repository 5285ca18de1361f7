//! The issuance log: its entries as exact bytes, their hashes, their fold into the state that they describe.
//!
//! **What it is.** A specification in code: the format of an entry, the leaf hash, the projections beside an entry,
//! and replay, which folds entries and checks every issued key with the function that decided about it.
//!
//! **In scope.** Everything that an outsider needs to check a log, from bytes alone.
//!
//! **Out of scope.** SQL, HTTP, files: this crate does no I/O, so that whoever trusts nothing of the server can link it.
//!
//! **Invariants.** The bytes of an entry are written once and hashed as they are; reading an entry whose bytes are
//! not the canonical ones is an error. No entry holds a token, a secret or a user's name.

#![warn(missing_docs)]

pub mod about;
pub mod actor;
pub mod address;
pub mod class;
pub mod entry;
pub mod event;
pub mod filter;
pub mod kind;
pub mod leaf;
pub mod outcome;
pub mod projection;
pub mod replay;
pub mod tree;
pub mod who;

pub use about::About;
pub use actor::{Actor, RequestId};
pub use address::AddressPrefix;
pub use class::Class;
pub use entry::{Entry, EntryBytes, EntryError, MAX_ENTRY_BYTES, NodeName, VERSION};
pub use event::{Denied, EndReason, Event, Issued, MemberPlace, MemberSet, Operation, RoomSet};
pub use filter::{CONDITIONS, Condition, ConditionError, ConditionShape, Filter};
pub use kind::Kind;
pub use leaf::{LeafHash, leaf_hash};
pub use outcome::Outcome;
pub use projection::Projection;
pub use replay::state::State;
pub use replay::violation::{Named, Violation};
pub use replay::{Replay, Report, replay};
pub use who::Who;
