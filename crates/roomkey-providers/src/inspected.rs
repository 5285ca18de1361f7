//! What a provider reads out of a token, and the keys that the token may have been signed with.

use roomkey_claims::{Fingerprint, IssuanceId, KeyId, Permissions, ProfileName, Timestamp};
use secrecy::SecretString;
use serde_json::Value;

/// How sure a provider is that a text is a token of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It has what only this provider's tokens have.
    Certain,
    /// It could be one, and another provider's too.
    Possible,
}

/// What a token says of itself; nothing of it is verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspected {
    /// What the token is, in a few words.
    pub format: &'static str,
    /// How sure it is that the token is of this format.
    pub likeness: Likeness,
    /// The key that it says to be signed by, where the format names one (an account is none, see
    /// [`Descriptor::key_is_account`](crate::Descriptor::key_is_account)).
    pub key_id: Option<KeyId>,
    /// When it was issued.
    pub issued_at: Option<Timestamp>,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// The participant.
    pub identity: Option<String>,
    /// The provider's room.
    pub room: Option<String>,
    /// What it allows; `None` where it allows nothing, or something that the desk has no words for.
    pub permissions: Option<Permissions>,
    /// Everything that it says, as JSON.
    pub claims: Value,
    /// The issuance that it belongs to, where it is one of ours and the format names it.
    pub issuance_id: Option<IssuanceId>,
    /// The fingerprint of its signed content, by which the log finds the entry.
    pub fingerprint: Fingerprint,
}

/// A configured key that a token may have been signed with.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The kind of provider.
    pub kind: &'a str,
    /// The profile that it belongs to.
    pub profile: &'a ProfileName,
    /// Its id.
    pub key: &'a KeyId,
    /// Its secret.
    pub secret: &'a SecretString,
}
