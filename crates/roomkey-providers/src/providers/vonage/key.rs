//! The application's RSA key.

use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};

/// The key pair of a private key in PEM, PKCS#8 or PKCS#1; `None` where it is anything else.
///
/// The library refuses keys of under 2048 bits, as RFC 7518 section 3.3 demands, and of over 8192.
fn pair(pem: &str) -> Option<KeyPair> {
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).ok()?;
    KeyPair::from_der(key.as_bytes()).ok()
}

/// Whether a text is a private key that can sign.
pub(super) fn is_private(pem: &str) -> bool {
    pair(pem).is_some()
}

/// The public half of a private key.
pub(super) fn public(pem: &SecretString) -> Option<DecodingKey> {
    pair(pem.expose_secret()).map(|pair| DecodingKey::from_rsa_der(pair.public_key().as_ref()))
}
