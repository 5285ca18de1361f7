//! Tokens on their way out: first without a signature, then with one.

use std::fmt;

use roomkey_claims::{Did, Fingerprint, Grant, IssuanceId, KeyId, Profile, ProfileName};
use secrecy::{ExposeSecret, SecretString};

/// What a token is drafted from.
#[derive(Debug, Clone, Copy)]
pub struct Drafting<'a> {
    /// What was decided.
    pub grant: &'a Grant,
    /// The account at the provider, which is the one that the grant names.
    pub profile: &'a Profile,
    /// The id of the issuance; it stands in the token where the format has a place for it.
    pub issuance: IssuanceId,
    /// The user's DID, where the user has one; it is written only where the grant says so.
    pub did: Option<&'a Did>,
}

/// Why a grant cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The format has no words for what was granted.
    #[error("{kind} cannot express {what}: choose another role or another provider")]
    Inexpressible {
        /// The provider.
        kind: &'static str,
        /// What it cannot express.
        what: &'static str,
    },
    /// The provider's room is none of this account: a meeting was started with another one.
    #[error("the meeting's session does not belong to the account of {kind}: start a new meeting")]
    OtherAccount {
        /// The provider.
        kind: &'static str,
    },
    /// The grant is for another provider.
    #[error("the grant is not for {kind}: draft it with the provider that it names")]
    OtherProvider {
        /// The provider that was asked.
        kind: &'static str,
    },
    /// The provider takes no room name of this length.
    #[error(
        "the provider's room name has {bytes} bytes, allowed are 1 to {longest}: rename the room"
    )]
    RoomLength {
        /// How long it is, in bytes.
        bytes: usize,
        /// How long it may be, in bytes.
        longest: usize,
    },
    /// The provider takes no identity of this length.
    #[error("the identity has {bytes} bytes, allowed are 1 to {longest}: use a shorter device id")]
    IdentityLength {
        /// How long it is, in bytes.
        bytes: usize,
        /// How long it may be, in bytes.
        longest: usize,
    },
    /// The provider's room has a character that the provider does not take, or reads as a wildcard.
    #[error("the room's name has characters that {kind} does not take: rename the room")]
    RoomCharacters {
        /// The provider.
        kind: &'static str,
    },
    /// The identity has a character that the provider does not take, or reads as a wildcard.
    #[error("the identity has characters that {kind} does not take: use another device id")]
    IdentityCharacters {
        /// The provider.
        kind: &'static str,
    },
    /// The identity is a text of digits only, which the provider cannot tell from a number.
    #[error("to {kind} an identity of digits only is somebody's number: use letters too")]
    NumericIdentity {
        /// The provider.
        kind: &'static str,
    },
    /// The provider takes no connection data of this length.
    #[error("the connection data has {bytes} bytes, allowed are at most {longest}: shorten it")]
    ConnectionData {
        /// How long it is, in bytes.
        bytes: usize,
        /// How long it may be, in bytes.
        longest: usize,
    },
    /// An id of something at the provider would lead a request elsewhere.
    #[error(
        "the id of the {what} has not the right form: give 1 to 255 letters, digits, `_` and `-`"
    )]
    Id {
        /// What it should be the id of.
        what: &'static str,
    },
    /// The provider knows no key of this life.
    #[error("a life of {seconds} s is outside 1 to {longest} s: ask for another one")]
    Lifetime {
        /// How long the key was to live, in seconds.
        seconds: i64,
        /// How long it may live, in seconds.
        longest: u32,
    },
    /// The key begins or ends at a second that the format cannot count.
    #[error("{kind} cannot count the second at which the key begins or ends: check the clock")]
    Instant {
        /// The provider.
        kind: &'static str,
    },
}

/// Adds the signature to the signed content of a format.
pub(crate) type Signer = fn(&[u8], &SecretString) -> Result<String, SignError>;

/// A token without its signature: harmless until it is signed.
///
/// In the server only the keyring signs one, in exchange for the receipt of its record.
pub struct Draft {
    kind: &'static str,
    profile: ProfileName,
    key: KeyId,
    fingerprint: Fingerprint,
    /// Exactly the bytes that the signature covers.
    content: Vec<u8>,
    signer: Signer,
}

impl Draft {
    /// The draft with this signed content, which `signer` completes to a token.
    pub(crate) fn new(
        kind: &'static str,
        (profile, key): (&ProfileName, &KeyId),
        content: Vec<u8>,
        signer: Signer,
    ) -> Self {
        Self {
            kind,
            profile: profile.clone(),
            key: key.clone(),
            fingerprint: Fingerprint::of(&content),
            content,
            signer,
        }
    }

    /// The kind of provider that it is for.
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The profile whose key is to sign it.
    pub const fn profile(&self) -> &ProfileName {
        &self.profile
    }

    /// The key that is to sign it.
    pub const fn key(&self) -> &KeyId {
        &self.key
    }

    /// The fingerprint of its signed content, which the token keeps.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Signs it with the secret of its key.
    ///
    /// For test vectors, benches and people who use this crate alone: in the server, no key leaves without its record,
    /// so only the keyring calls this.
    pub fn sign(&self, secret: &SecretString) -> Result<Token, SignError> {
        (self.signer)(&self.content, secret).map(|token| Token(token.into()))
    }
}

/// Fingerprint, profile and key: the content is a token but for its signature.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("fingerprint", &self.fingerprint)
            .field("profile", &self.profile)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Why a draft cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The secret is no key of the format's algorithm.
    #[error("the secret is not a key for this algorithm: check the profile's secret")]
    Secret,
    /// The content of the draft is not of the format that it should be in.
    #[error("the draft is not well formed: draft it again")]
    Content,
}

/// A token as its holder gets it; its memory is wiped when it is dropped.
pub struct Token(SecretString);

impl Token {
    /// The text of the token.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
