//! How the desk calls a provider's own server: what to send, never the sending.

use std::fmt;

use roomkey_claims::{KeyId, MAX_CALL_SECONDS, Profile, ProfileName, SessionOptions, Timestamp};
use uuid::Uuid;

use crate::{Draft, DraftError};

/// A provider's REST interface, as far as the desk uses it.
#[derive(Debug)]
pub struct Rest {
    /// Writes a call down as a request whose credential is not signed yet.
    pub request: fn(&Calling<'_>, &Call<'_>) -> Result<Request, DraftError>,
    /// The session id in the answer to [`Call::CreateSession`]; `None` where there is none of this account.
    pub session: fn(&Profile, &[u8]) -> Option<String>,
    /// The archives in the answer to [`Call::ListArchives`]; `None` where it is no such answer.
    pub archives: fn(&[u8]) -> Option<Vec<ArchiveItem>>,
}

/// In whose name a call is made.
#[derive(Debug, Clone, Copy)]
pub struct Calling<'a> {
    /// The name of the profile.
    pub name: &'a ProfileName,
    /// The account.
    pub profile: &'a Profile,
    /// The key that is to sign: see [`Profile::signing_key`].
    pub key: &'a KeyId,
    /// Now; the credential begins then.
    pub now: Timestamp,
    /// A random id of this one call, which becomes the credential's `jti`.
    pub id: Uuid,
}

/// What is asked of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call<'a> {
    /// Make a session for a meeting.
    CreateSession(SessionOptions),
    /// Disconnect a participant from a session.
    Disconnect {
        /// The session.
        session: &'a str,
        /// The participant's connection, as the provider names it.
        connection: &'a str,
    },
    /// List recordings, newest first.
    ListArchives {
        /// How many to skip.
        offset: u32,
        /// At most how many, up to 1000.
        count: u32,
    },
    /// Delete a recording at the provider.
    DeleteArchive {
        /// The recording's id.
        archive: &'a str,
    },
}

impl Call<'_> {
    /// The life of the credential of a call, in seconds: two minutes less than the longest one, since the clock of the
    /// provider, or the one by which the entry is dated, may be behind. OpenTok recommends these 180 seconds.
    pub const CREDENTIAL_SECONDS: u32 = MAX_CALL_SECONDS - 120;
}

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `DELETE`.
    Delete,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestBody {
    /// Its media type.
    pub content_type: &'static str,
    /// Its text; never a secret.
    pub text: String,
}

/// A request that lacks nothing but its credential.
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The header that carries the credential.
    pub header: &'static str,
    /// What stands before the credential in it, as `Bearer ` does.
    pub scheme: &'static str,
    /// The body.
    pub body: Option<RestBody>,
    /// The second at which the credential expires.
    pub expires_at: i64,
    /// The statuses that mean that it was done.
    pub done: &'static [u16],
    /// The credential without its signature.
    pub draft: Draft,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("draft", &self.draft)
            .finish_non_exhaustive()
    }
}

/// A recording at the provider, without its link, which would let anybody fetch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveItem {
    /// Its id.
    pub id: String,
    /// Its state, in the provider's words.
    pub status: String,
    /// The name that it was given.
    pub name: Option<String>,
    /// The session that it is of.
    pub session: String,
    /// When it was begun.
    pub created_at: Option<Timestamp>,
    /// Its length, in seconds.
    pub seconds: Option<u64>,
    /// Its size, in bytes.
    pub bytes: Option<u64>,
    /// Why it is in this state, in the provider's words.
    pub reason: Option<String>,
}
