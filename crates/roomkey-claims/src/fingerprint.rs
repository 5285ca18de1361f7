//! What the record keeps of a token instead of the token.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Hex, IdError, read_hex};

/// `SHA-256("roomkey-token-v1\0" || signed content)`, the signed content being the part that the signature covers.
///
/// It stays the same for every spelling of the signature, and anybody can compute it offline from a leaked token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a token's signed content.
    pub fn of(signed_content: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"roomkey-token-v1\0");
        hash.update(signed_content);
        Self(hash.finalize().into())
    }

    /// The fingerprint with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 hexadecimal digits in lower case.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        read_hex(text).map(Self).ok_or(IdError { pattern: "^[0-9a-f]{64}$" })
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_the_documented_hash() {
        // printf 'roomkey-token-v1\0header.payload' | sha256sum
        let text = "7d56b9e5a7f2b67f2fb6657c44bad3217fbbd16d7470ecaccccd8107d36cdf2c";
        let fingerprint = Fingerprint::of(b"header.payload");
        assert!(fingerprint.to_string() == text, "{fingerprint}");
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        assert!("04EA".repeat(16).parse::<Fingerprint>().is_err());
    }
}
