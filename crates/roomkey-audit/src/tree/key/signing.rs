//! Private keys of signed notes.
//!
//! Their text, `PRIVATE+KEY+<name>+<8 hexadecimal digits>+<base64(type || seed)>`, is that of Go's
//! `golang.org/x/mod/sumdb/note`; C2SP specifies none.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES, KeyError, KeyKind, KeyName, VerifierKey, parts,
};

const PREFIX: &str = "PRIVATE+KEY+";

/// A private key of Ed25519 with its name, which signs notes (type 0x01).
///
/// It never prints itself; its text is written once, where the seed is made: [`SigningKey::encode`].
pub struct SigningKey {
    pair: Ed25519KeyPair,
    verifier: VerifierKey,
}

impl SigningKey {
    /// The key of a seed, 32 random bytes (RFC 8032 section 5.1.5).
    pub fn from_seed(name: KeyName, seed: &[u8; ED25519_KEY_BYTES]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Seed)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Seed)?;
        Ok(Self { verifier: VerifierKey::new(name, KeyKind::Ed25519, public), pair })
    }

    /// Reads the text of a private key and checks its id.
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let text = text.expose_secret().strip_prefix(PREFIX).ok_or(KeyError::MalformedSigning)?;
        let (name, id, bytes) = parts(text).ok_or(KeyError::MalformedSigning)?;
        let bytes = Zeroizing::new(STANDARD.decode(bytes).map_err(|_| KeyError::MalformedSigning)?);
        let (kind, seed) = bytes.split_first().ok_or(KeyError::MalformedSigning)?;
        match KeyKind::from_byte(*kind) {
            Some(KeyKind::Ed25519) => {}
            Some(KeyKind::Cosignature) => return Err(KeyError::NotForNotes),
            None => return Err(KeyError::Kind(*kind)),
        }
        let seed = seed.try_into().map_err(|_| KeyError::MalformedSigning)?;
        let key = Self::from_seed(name.parse()?, seed)?;
        let expected = key.verifier.id();
        if id == expected { Ok(key) } else { Err(KeyError::Id { found: id, expected }) }
    }

    /// Writes the text of the private key of a seed.
    pub fn encode(name: KeyName, seed: &[u8; ED25519_KEY_BYTES]) -> Result<SecretString, KeyError> {
        let key = Self::from_seed(name, seed)?;
        let bytes = Zeroizing::new([&[KeyKind::Ed25519.byte()], &seed[..]].concat());
        let seed = Zeroizing::new(STANDARD.encode(&bytes));
        let (name, id) = (key.verifier.name(), key.verifier.id());
        Ok(SecretString::from(format!("{PREFIX}{name}+{id}+{}", *seed)))
    }

    /// The public key, by which others verify.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a message; `None` where the cryptographic library fails.
    pub(in crate::tree) fn attest(&self, message: &[u8]) -> Option<[u8; ED25519_SIGNATURE_BYTES]> {
        self.pair.try_sign(message).ok()?.as_ref().try_into().ok()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}
