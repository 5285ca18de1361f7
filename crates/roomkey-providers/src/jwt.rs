//! JSON Web Tokens with HS256 and RS256 (RFC 7515, RFC 7518 sections 3.2 and 3.3, RFC 7519), as far as providers use
//! them.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::SignError;

/// The least length of an HS256 secret, in bytes: the output of its hash (RFC 7518 section 3.2).
pub(crate) const HS256_SECRET_BYTES: usize = 32;

/// The header `{"alg":"HS256","typ":"JWT"}` and the dot behind it, which never change.
const HS256_HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

/// The header `{"alg":"RS256","typ":"JWT"}` and the dot behind it.
const RS256_HEADER: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.";

/// Base64url without padding.
///
/// Reading lets the unused bits of the last character be anything, as Go's decoder does, so that a respelt signature
/// which a vendor's server takes for good is good here too.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The signed content `header.payload` of a token with these claims, to be signed with HS256.
pub(crate) fn hs256_content(claims: &[u8]) -> Vec<u8> {
    content(HS256_HEADER, claims)
}

/// The signed content `header.payload` of a token with these claims, to be signed with RS256.
pub(crate) fn rs256_content(claims: &[u8]) -> Vec<u8> {
    content(RS256_HEADER, claims)
}

fn content(header: &str, claims: &[u8]) -> Vec<u8> {
    let mut content = String::with_capacity(header.len() + claims.len().div_ceil(3) * 4);
    content.push_str(header);
    BASE64.encode_string(claims, &mut content);
    content.into_bytes()
}

/// The token with this signed content; the secret's bytes are the key.
pub(crate) fn sign_hs256(content: &[u8], secret: &SecretString) -> Result<String, SignError> {
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    sign(content, &key, Algorithm::HS256)
}

/// The token with this signed content; the secret is an RSA private key in PEM, PKCS#8 or PKCS#1.
pub(crate) fn sign_rs256(content: &[u8], secret: &SecretString) -> Result<String, SignError> {
    let key = EncodingKey::from_rsa_pem(secret.expose_secret().as_bytes());
    sign(content, &key.map_err(|_| SignError::Secret)?, Algorithm::RS256)
}

fn sign(content: &[u8], key: &EncodingKey, algorithm: Algorithm) -> Result<String, SignError> {
    let text = std::str::from_utf8(content).map_err(|_| SignError::Content)?;
    let signature = crypto::sign(content, key, algorithm).map_err(|_| SignError::Secret)?;
    // The exact length, so that the token is not copied when it becomes a secret.
    let mut token = String::with_capacity(text.len() + 1 + signature.len());
    token.push_str(text);
    token.push('.');
    token.push_str(&signature);
    Ok(token)
}

/// The parts of a token, nothing of it verified.
#[derive(Debug)]
pub(crate) struct Jwt<'a> {
    /// What the signature covers: `header.payload`.
    pub(crate) content: &'a str,
    /// The header.
    pub(crate) header: Map<String, Value>,
    /// The claims.
    pub(crate) claims: Map<String, Value>,
    signature: &'a str,
}

impl<'a> Jwt<'a> {
    /// Takes a compact token apart; `None` where it is none. The signature may be anything.
    pub(crate) fn parse(token: &'a str) -> Option<Self> {
        let (content, signature) = token.rsplit_once('.')?;
        let (header, payload) = content.split_once('.')?;
        Some(Self { content, header: object(header)?, claims: object(payload)?, signature })
    }

    /// Whether the signature is an HS256 one made with `secret`.
    pub(crate) fn is_signed_hs256(&self, secret: &SecretString) -> bool {
        let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
        self.is_signed("HS256", &key, Algorithm::HS256)
    }

    /// Whether the signature is an RS256 one made with the private key that belongs to `key`.
    pub(crate) fn is_signed_rs256(&self, key: &DecodingKey) -> bool {
        self.is_signed("RS256", key, Algorithm::RS256)
    }

    /// Whether the signature is one of `algorithm`, whose name is `name`.
    ///
    /// The algorithm is ours: a token that names another one, or extensions that must be understood (`crit`), is never
    /// good, and what it says of keys (`kid`, `jwk`, `jku`, `x5u`) is not read (RFC 8725 sections 3.1, 3.2 and 3.10).
    fn is_signed(&self, name: &str, key: &DecodingKey, algorithm: Algorithm) -> bool {
        if text(&self.header, "alg") != Some(name) || self.header.contains_key("crit") {
            return false;
        }
        let Ok(signature) = BASE64.decode(self.signature) else { return false };
        let signature = BASE64.encode(signature);
        crypto::verify(&signature, self.content.as_bytes(), key, algorithm).unwrap_or(false)
    }

    /// The text of a claim.
    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        text(&self.claims, name)
    }
}

/// The text that stands under `name`.
fn text<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    map.get(name).and_then(Value::as_str)
}

/// The JSON object in a part of a token.
fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64.decode(part).ok()?).ok()
}
