//! Keys of signed notes (`c2sp.org/signed-note`, "Verifier keys").

pub mod signing;

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use roomkey_claims::{Hex, read_hex};
use sha2::{Digest, Sha256};

use super::text;

/// Bytes of a public key of Ed25519, and of the seed of a private one (RFC 8032).
pub const ED25519_KEY_BYTES: usize = 32;

/// Bytes of a signature of Ed25519 (RFC 8032).
pub const ED25519_SIGNATURE_BYTES: usize = 64;

/// Longest text of a key, in bytes.
const MAX_KEY_TEXT_BYTES: usize = 4096;

/// The name of a key: not empty, without spaces, plus signs and control characters.
///
/// A log's key has the name of its origin, such as `example.org/roomkey`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyName {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        let fits =
            |character: char| ' ' <= character && character != '+' && !character.is_whitespace();
        if text.is_empty() || !text.chars().all(fits) {
            Err(KeyError::Name)
        } else {
            Ok(Self(text))
        }
    }
}

impl FromStr for KeyName {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        text.to_owned().try_into()
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first four bytes of `SHA-256(name || 0x0A || type || public key)`: an identifier, no protection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    fn of(name: &KeyName, kind: KeyKind, public: &[u8; ED25519_KEY_BYTES]) -> Self {
        let mut hash = Sha256::new();
        hash.update(name.as_str());
        hash.update([b'\n', kind.byte()]);
        hash.update(public);
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        Self([a, b, c, d])
    }
}

/// Eight hexadecimal digits in lower case.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// What a key signs, which is the type of its signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The text of a note, with Ed25519: type 0x01.
    Ed25519,
    /// A checkpoint and when it was seen, with Ed25519: type 0x04 (`c2sp.org/tlog-cosignature`).
    Cosignature,
}

impl KeyKind {
    /// The type as signed-note numbers it.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Ed25519),
            0x04 => Some(Self::Cosignature),
            _ => None,
        }
    }
}

/// A text that is no key, or none that this software knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A name with a space, a plus sign or a control character, or none.
    #[error("the name of a key is not empty and has no spaces, plus signs or control characters")]
    Name,
    /// Another form.
    #[error("a verifier key is <name>+<8 hexadecimal digits>+<base64>: copy it whole")]
    Malformed,
    /// Another form of a private key.
    #[error("a signing key is PRIVATE+KEY+<name>+<8 hexadecimal digits>+<base64>: copy it whole")]
    MalformedSigning,
    /// A type of signature that this software does not know.
    #[error("the key has type {0:#04x}; known are 0x01 (Ed25519) and 0x04 (cosignature)")]
    Kind(u8),
    /// A cosignature's key where one that signs notes was expected.
    #[error("only keys of type 0x01 (Ed25519) sign notes here")]
    NotForNotes,
    /// The id is not that of the name and the key.
    #[error("the key's id is {found}, but its name and bytes give {expected}: copy it whole")]
    Id {
        /// What the text says.
        found: KeyId,
        /// What follows from the rest.
        expected: KeyId,
    },
    /// The cryptographic library refused the seed.
    #[error("the seed makes no Ed25519 key")]
    Seed,
}

/// A public key with its name: who may have signed a note.
///
/// Its text is a *vkey*, `<name>+<8 hexadecimal digits>+<base64(type || public key)>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerifierKey {
    name: KeyName,
    id: KeyId,
    kind: KeyKind,
    public: [u8; ED25519_KEY_BYTES],
}

impl VerifierKey {
    /// The key of that kind with these bytes.
    pub fn new(name: KeyName, kind: KeyKind, public: [u8; ED25519_KEY_BYTES]) -> Self {
        let id = KeyId::of(&name, kind, &public);
        Self { name, id, kind, public }
    }

    /// The name of the key.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id of the key.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What the key signs.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public key (RFC 8032).
    pub const fn public(&self) -> &[u8; ED25519_KEY_BYTES] {
        &self.public
    }

    /// Whether the signature is the key's over the message.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public).verify(message, signature).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+", self.name, self.id)?;
        text::write_base64(&[&[self.kind.byte()], &self.public[..]].concat(), f)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        let (name, found, bytes) = parts(vkey).ok_or(KeyError::Malformed)?;
        let bytes = text::base64(bytes).ok_or(KeyError::Malformed)?;
        let (kind, public) = bytes.split_first().ok_or(KeyError::Malformed)?;
        let kind = KeyKind::from_byte(*kind).ok_or(KeyError::Kind(*kind))?;
        let public = public.try_into().map_err(|_| KeyError::Malformed)?;
        Self::new(name.parse()?, kind, public).with_id(found)
    }
}

impl VerifierKey {
    fn with_id(self, found: KeyId) -> Result<Self, KeyError> {
        if self.id == found { Ok(self) } else { Err(KeyError::Id { found, expected: self.id }) }
    }
}

/// Name, id and base64 of a key's text; the base64 may have plus signs, the name has none.
fn parts(key: &str) -> Option<(&str, KeyId, &str)> {
    if MAX_KEY_TEXT_BYTES < key.len() {
        return None;
    }
    let (name, rest) = key.split_once('+')?;
    let (id, bytes) = rest.split_once('+')?;
    Some((name, KeyId(read_hex(id)?), bytes))
}
