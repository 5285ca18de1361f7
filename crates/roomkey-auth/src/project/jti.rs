//! What a project JWT is remembered by.

use std::fmt;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::ProjectJwtError;

/// The SHA-256 of a `jti` as text, so that one of any length fits into a column.
///
/// Two backends may use the same `jti`: it is unique together with the backend only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct JtiHash([u8; 32]);

impl JtiHash {
    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of the claim; a number is taken as the text that JSON spells it with.
    pub(super) fn of(claim: &Value) -> Result<Option<Self>, ProjectJwtError> {
        let hash = |text: &str| Some(Self(Sha256::digest(text).into()));
        match claim {
            Value::Null => Ok(None),
            Value::String(text) if !text.is_empty() => Ok(hash(text)),
            Value::Number(number) => Ok(hash(&number.to_string())),
            _ => Err(ProjectJwtError::Jti),
        }
    }
}

impl fmt::Debug for JtiHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JtiHash(…)")
    }
}
