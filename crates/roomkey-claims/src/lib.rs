//! Who may enter which room, with which permissions, until when.
//!
//! **What it is.** The vocabulary of the desk (ids, roles, permissions, lifetimes) and the one pure function that
//! decides: [`decide()`], from [`Facts`] to a [`Decision`].
//! The server calls it inside the transaction that records the outcome; replay calls it again, from the log alone.
//!
//! **In scope.** Parsing of names that cross a boundary, the decision, the sources of time and randomness as values.
//!
//! **Out of scope.** Token formats, storage, HTTP, settings files: nothing here does I/O, except the two system
//! sources in [`clock`] and [`ids`], which are handed in as arguments everywhere else.
//!
//! **Invariants.** [`decide()`] reads nothing but its argument. No type with a security meaning has a `Default`.

#![warn(missing_docs)]

pub mod clock;
pub mod credential;
pub mod decide;
pub mod facts;
pub mod fingerprint;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;
pub mod grant;
pub mod hex;
pub mod id;
pub mod ids;
pub mod lifetime;
pub mod permission;
pub mod policy;
pub mod reason;
pub mod role;
pub mod room;
pub mod session;
pub mod setting;
pub mod uid;
pub mod word;

pub use clock::{Clock, FixedClock, SystemClock, Timestamp, TimestampError};
pub use credential::{PasswordHash, PasswordHashError, SessionTokenHash};
pub use decide::{Decision, RENEWABLE_AFTER_EXPIRY, bounds_of, decide};
pub use facts::{
    Authority, BackendFacts, Expects, Facts, RenewedFacts, SessionFacts, SubjectFacts, Wish,
};
pub use fingerprint::Fingerprint;
pub use grant::{Grant, Identity, ProviderRoom};
pub use hex::{Hex, read_hex, read_hex_into};
pub use id::{
    BackendName, BackendRef, DeviceId, Did, DisplayName, EntryId, EventId, IdError, IssuanceId,
    KeyId, ProfileName, ProviderKind, RoomId, RoomPattern, SceneId, SessionRef, SubjectRef,
    Username,
};
pub use ids::{IdSource, SeededIds, SystemIds};
pub use lifetime::{Bounds, BoundsError, MAX_CALL_SECONDS, RoomBounds, Validity};
pub use permission::{Permissions, Source, Sources};
pub use policy::{Key, KeyState, Policy, Profile};
pub use reason::Reason;
pub use role::{DeskRole, Role, Scope};
pub use room::{Access, Meeting, Membership, RoomSettings, Window};
pub use session::{Archive, Media, SessionOptions, SessionOptionsError};
pub use setting::{RoomPatch, SETTINGS, Setting, SettingError, SettingShape, SettingValue};
pub use uid::{Uid, UidError};
pub use word::{UnknownName, find_word};
