//! What is stored of a password and of a session token: never the plain text.

use std::fmt;

use crate::{Hex, SessionRef};

/// A password's hash in PHC string syntax (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`).
///
/// Only this type appears where a password is written to the database, so that plain text cannot get there by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PasswordHash {
    type Error = PasswordHashError;

    fn try_from(text: String) -> Result<Self, PasswordHashError> {
        let parts: Vec<&str> = text.split('$').collect();
        match parts.as_slice() {
            ["", "argon2id", "v=19", _, salt, hash] if !salt.is_empty() && !hash.is_empty() => {
                Ok(Self(text))
            }
            _ => Err(PasswordHashError),
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A text that is no PHC string of argon2id, version 19.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a PHC string of argon2id, version 19")]
pub struct PasswordHashError;

/// The SHA-256 of a session token, the only form in which the desk keeps one.
///
/// A token has more than 112 bits of entropy, so a plain hash suffices (OWASP ASVS 5.0 section 6.5.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionTokenHash([u8; 32]);

impl SessionTokenHash {
    /// The hash with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// How the log names the session: the first 16 bytes as hexadecimal digits.
    pub fn session_ref(&self) -> SessionRef {
        let hex = Hex(self.0.first_chunk::<16>().unwrap_or(&[0; 16])).to_string();
        #[expect(clippy::expect_used, reason = "32 hexadecimal digits match the pattern")]
        SessionRef::try_from(hex).expect("hexadecimal digits")
    }
}

impl fmt::Debug for SessionTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionTokenHash({}…)", self.session_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_phc_strings_of_argon2id_pass() {
        assert!(
            PasswordHash::try_from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned())
                .is_ok()
        );
        for bad in ["correct horse", "$argon2i$v=19$m=1$a$b", "$argon2id$v=19$m=1$a$", ""] {
            assert_eq!(PasswordHash::try_from(bad.to_owned()), Err(PasswordHashError));
        }
    }

    #[test]
    fn debug_shows_no_hash() {
        let hash =
            PasswordHash::try_from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned())
                .unwrap();
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    }
}
