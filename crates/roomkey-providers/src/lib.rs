//! The token formats of the providers, behind one table.
//!
//! **What it is.** Each provider is one file in `providers/` and one row of [`ALL`], a [`Descriptor`].
//! A descriptor reads the provider's section of the settings, writes a [`Grant`](roomkey_claims::Grant) down as an
//! unsigned [`Draft`], and reads tokens of its format back.
//! Settings, routes, documents, `token inspect` and the conformance tests loop over the table and name no provider.
//!
//! **In scope.** Bytes of tokens: drafting, signing with a secret that is handed in, inspection, fingerprints; what a
//! format can and cannot express; the vectors that the vendors' own SDKs made.
//!
//! **Out of scope.** Who may have a key (`roomkey-claims` decides), when a draft may be signed (the server signs only
//! after the record is committed), calls to a provider's server, files, clocks: nothing here does I/O.
//!
//! **Invariants.** A grant that a format cannot express is an error, never a token that says something else.
//! The bytes that are fingerprinted are the bytes that are signed.
//! No `Debug` output shows a secret, a draft's content or a token.
//! The algorithm is chosen by the provider, never by the token that is being read (RFC 8725 section 3.1).
//!
//! The process installs the cryptographic backend of `jsonwebtoken` before the first signature; `main` does.

#![warn(missing_docs)]

mod accept;
mod descriptor;
mod draft;
mod inspect;
mod inspected;
mod jwt;
mod providers;
mod rest;
mod section;
mod tokbox;
mod url;

#[cfg(test)]
mod conformance;

#[cfg(test)]
pub(crate) use descriptor::Vector;
pub use descriptor::{Descriptor, Field};
pub use draft::{Draft, DraftError, Drafting, SignError, Token};
pub use inspect::{InspectError, Inspection, MAX_TOKEN_BYTES, fingerprint_of, inspect};
pub use inspected::{Candidate, Inspected, Likeness};
pub use providers::{ALL, find};
pub use rest::{ArchiveItem, Call, Calling, Method, Request, Rest, RestBody};
pub use section::{Configured, Section, SectionError, SectionKey, expired_keys};
pub use tokbox::session_id::{TOKBOX_ID_PATTERN, is_tokbox_id};
pub use url::UrlError;
