//! The signature: made last, by whoever holds the certificate, and checked when a token is read.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign as hmac, verify as hmac_verify};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use miniz_oxide::deflate::compress_to_vec_zlib;
use secrecy::{ExposeSecret, SecretString};

use super::is_hex;
use super::pack::text;
use super::unpack::{Envelope, Head, VERSION};
use crate::SignError;

/// How hard the compressor tries; what it makes of the bytes means nothing, since every spelling is accepted.
const LEVEL: u8 = 6;

/// Completes the signed bytes to a token.
pub(super) fn sign(signed: &[u8], certificate: &SecretString) -> Result<String, SignError> {
    let head = Head::parse(signed).ok_or(SignError::Content)?;
    let key = key(&head, certificate).ok_or(SignError::Secret)?;
    let mut content = Vec::with_capacity(signed.len() + 34);
    text(&mut content, hmac(&key, signed).as_ref()).map_err(|_| SignError::Content)?;
    content.extend(signed);
    Ok(format!("{VERSION}{}", BASE64.encode(compress_to_vec_zlib(&content, LEVEL))))
}

/// Whether the signature over the bytes as they came was made with this certificate; compares in constant time.
pub(super) fn verify(token: &str, certificate: &SecretString) -> bool {
    let Some(Envelope { signature, signed }) = Envelope::parse(token) else { return false };
    let key = Head::parse(&signed).and_then(|head| key(&head, certificate));
    key.is_some_and(|key| hmac_verify(&key, &signed, &signature).is_ok())
}

/// The key of a token, or `None` where the certificate is none.
///
/// Mind the order: the packed numbers are the HMAC's keys, the certificate's text is the first message.
fn key(head: &Head, certificate: &SecretString) -> Option<Key> {
    let certificate = certificate.expose_secret();
    if !is_hex(certificate) {
        return None;
    }
    let of_time =
        hmac(&Key::new(HMAC_SHA256, &head.issue_ts.to_le_bytes()), certificate.as_bytes());
    let of_salt = hmac(&Key::new(HMAC_SHA256, &head.salt.to_le_bytes()), of_time.as_ref());
    Some(Key::new(HMAC_SHA256, of_salt.as_ref()))
}
