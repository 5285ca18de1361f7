//! Session tokens: `rks_`, 43 random characters, `_`, a checksum of 6.

use std::fmt;

use roomkey_claims::{Hex, IdSource, SessionTokenHash};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The beginning of every session token, by which secret scanners find one.
const PREFIX: &str = "rks_";
/// Random characters: 43 of base 62 are 256 bits.
const RANDOM_CHARS: usize = 43;
/// Hexadecimal digits of the checksum.
const CHECKSUM_CHARS: usize = 6;
/// Characters of a token.
const TOKEN_CHARS: usize = PREFIX.len() + RANDOM_CHARS + 1 + CHECKSUM_CHARS;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What a client shows to be recognized after its login; matches `^rks_[0-9A-Za-z]{43}_[0-9a-f]{6}$`.
///
/// Letters and digits only, so that a double click selects it whole, and no dot, so that it is never taken for a JWT.
/// The checksum (the first digits of the SHA-256 of what stands before its `_`) is no protection: it lets scanners
/// discard false finds and the desk refuse a mistyped token without asking the database.
pub struct SessionToken(SecretString);

impl SessionToken {
    /// A new token with 256 bits of randomness (OWASP ASVS 5.0 section 7.2.3 asks for 128).
    pub fn mint(ids: &dyn IdSource) -> Self {
        // The capacity is exact, so that no reallocation leaves a copy behind.
        let mut text = String::with_capacity(TOKEN_CHARS);
        text.push_str(PREFIX);
        let mut bytes = Zeroizing::new([0_u8; 64]);
        while text.len() < PREFIX.len() + RANDOM_CHARS {
            ids.fill(bytes.as_mut_slice());
            let missing = PREFIX.len() + RANDOM_CHARS - text.len();
            // 248 is the largest multiple of 62 in a byte: what lies above would make some characters likelier.
            let fair = bytes.iter().filter(|byte| **byte < 248);
            text.extend(
                fair.filter_map(|byte| ALPHABET.get(usize::from(*byte % 62)))
                    .take(missing)
                    .map(|letter| char::from(*letter)),
            );
        }
        let checksum = checksum(&text);
        text.push('_');
        text.push_str(&checksum);
        Self(SecretString::from(text))
    }

    /// Reads a token as a client sent it.
    pub fn parse(text: &str) -> Result<Self, SessionTokenError> {
        let rest = text.strip_prefix(PREFIX).ok_or(SessionTokenError::Prefix)?;
        if text.len() != TOKEN_CHARS {
            return Err(SessionTokenError::Length);
        }
        let (random, digits) = rest.split_once('_').ok_or(SessionTokenError::Characters)?;
        if random.len() != RANDOM_CHARS || !random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            return Err(SessionTokenError::Characters);
        }
        let content = text.get(..PREFIX.len() + RANDOM_CHARS).unwrap_or_default();
        if checksum(content) != digits {
            return Err(SessionTokenError::Checksum);
        }
        Ok(Self(SecretString::from(text)))
    }

    /// The hash of the whole text, the only form in which the desk keeps it.
    pub fn hash(&self) -> SessionTokenHash {
        SessionTokenHash::new(Sha256::digest(self.expose()).into())
    }

    /// The text, for the one answer that hands it to its owner.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// The first digits of the SHA-256 of `content`, in lower case.
fn checksum(content: &str) -> String {
    let [first, second, third, ..] = <[u8; 32]>::from(Sha256::digest(content));
    Hex(&[first, second, third]).to_string()
}

/// A text that is no session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionTokenError {
    /// It is something else.
    #[error("not a session token: one starts with `rks_`")]
    Prefix,
    /// Something was cut off or added.
    #[error("a session token has 54 characters: send it whole and nothing else")]
    Length,
    /// It holds something that no session token holds.
    #[error("a session token is `rks_`, 43 letters and digits, `_`, 6 hexadecimal digits")]
    Characters,
    /// It was mistyped.
    #[error("the session token's checksum does not fit: send it exactly as the login answered it")]
    Checksum,
}

#[cfg(test)]
mod tests {
    use roomkey_claims::{SeededIds, SystemIds};

    use super::*;

    #[test]
    fn what_is_minted_is_what_is_parsed() {
        let ids = SeededIds::new(7);
        for _ in 0..1_000 {
            let token = SessionToken::mint(&ids);
            let text = token.expose();
            assert_eq!(text.len(), TOKEN_CHARS);
            assert!(text.starts_with("rks_") && !text.contains('.'), "{text}");
            let parsed = SessionToken::parse(text).unwrap();
            assert_eq!(parsed.hash(), token.hash());
        }
        let (one, two) = (SessionToken::mint(&SystemIds), SessionToken::mint(&SystemIds));
        assert_ne!(one.expose(), two.expose());
    }

    /// `printf %s rks_000000000000000000000000000000000000000000a | sha256sum` begins with the checksum,
    /// `printf %s rks_000000000000000000000000000000000000000000a_13f03d | sha256sum` is the hash.
    #[test]
    fn checksum_and_hash_are_those_of_sha256sum() {
        let token = SessionToken::parse("rks_000000000000000000000000000000000000000000a_13f03d");
        let hash = token.unwrap().hash();
        #[rustfmt::skip]
        let expected = [
            0xcb, 0xe4, 0x3a, 0x4a, 0xa9, 0x01, 0x4f, 0xd2, 0x7b, 0xea, 0xdf, 0xb1, 0x55, 0xac, 0xb3, 0xa5,
            0x60, 0xbc, 0x93, 0xcb, 0xd7, 0x1a, 0x45, 0x51, 0x9e, 0x38, 0x86, 0xd7, 0xaa, 0x64, 0x0d, 0xc8,
        ];
        assert_eq!(hash.as_bytes(), &expected);
    }

    #[test]
    fn anything_else_is_refused() {
        let good = SessionToken::mint(&SeededIds::new(3)).expose().to_owned();
        let error = |text: &str| SessionToken::parse(text).unwrap_err();
        assert_eq!(error(""), SessionTokenError::Prefix);
        assert_eq!(error(&good.replace("rks_", "rkx_")), SessionTokenError::Prefix);
        assert_eq!(error(&good.to_uppercase()), SessionTokenError::Prefix);
        assert_eq!(error("rks_"), SessionTokenError::Length);
        assert_eq!(error(&format!("{good} ")), SessionTokenError::Length);
        assert_eq!(error(good.get(..53).unwrap()), SessionTokenError::Length);
        for odd in [".", "_", "-", "\0", "\n"] {
            let mut text = good.clone();
            text.replace_range(10..11, odd);
            assert_eq!(error(&text), SessionTokenError::Characters, "{odd:?}");
        }
        let mut wide = good.clone();
        wide.replace_range(10..12, "é");
        assert_eq!(error(&wide), SessionTokenError::Characters);
        let mut other = good.clone();
        let swapped = if other.as_bytes()[10] == b'a' { "b" } else { "a" };
        other.replace_range(10..11, swapped);
        assert_eq!(error(&other), SessionTokenError::Checksum);
        let mut upper = good;
        upper.replace_range(48..54, "ABCDEF");
        assert_eq!(error(&upper), SessionTokenError::Checksum);
    }

    #[test]
    fn debug_shows_nothing() {
        let token = SessionToken::mint(&SeededIds::new(9));
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
    }
}
