//! Who did what an entry records.

use roomkey_claims::{BackendRef, IdError, SessionRef, SubjectRef};
use serde::{Deserialize, Serialize};

/// Who acted, in the words of the log: never a name, never a whole address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    /// The desk itself.
    System,
    /// A person at the command line of the desk.
    Console {
        /// The operating system's number of the user who ran it.
        uid: u32,
    },
    /// A logged-in user.
    Session {
        /// The session.
        session: SessionRef,
        /// The user.
        subject: SubjectRef,
    },
    /// A product's server.
    Backend {
        /// The backend.
        backend: BackendRef,
    },
    /// Somebody who was not authenticated.
    Address {
        /// The truncated address: /24 of IPv4, /48 of IPv6.
        prefix: String,
    },
}

impl Actor {
    /// The user, where one acted.
    pub const fn subject(&self) -> Option<SubjectRef> {
        match self {
            Self::Session { session: _, subject } => Some(*subject),
            Self::System
            | Self::Console { uid: _ }
            | Self::Backend { backend: _ }
            | Self::Address { prefix: _ } => None,
        }
    }
}

/// What request ids and names of nodes look like.
pub(crate) const LABEL: &str = "^[A-Za-z0-9._-]{1,64}$";

/// Whether a text matches [`LABEL`].
pub(crate) fn is_label(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// The id of an HTTP request, as the answer's `X-Request-Id` gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(String);

impl RequestId {
    /// The pattern of request ids.
    pub const PATTERN: &'static str = LABEL;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RequestId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        if is_label(&text) { Ok(Self(text)) } else { Err(IdError { pattern: LABEL }) }
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}
