//! The older client token `T1==`.
//!
//! ```text
//! "T1==" base64("partner_id=" API key "&sig=" hex(HMAC-SHA1(secret, data)) ":" data)
//! data = session_id=…&create_time=…&expire_time=…&role=…&nonce=…&connection_data=…
//! ```
//!
//! The signature covers the data's bytes as they stand, so a reader must not decode and encode them first. What stands
//! before the colon is not signed.
//!
//! The SDKs differ: Java's uses base64url, the others base64; a space is `%20` in some and `+` in others; some older
//! ones write `sdk_version` before the signature. All of them are read.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use roomkey_claims::{Hex, read_hex};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::tokbox::reading::Reading;
use crate::tokbox::{Client, session_id};
use crate::{Inspected, Likeness, SignError};

/// What every such token begins with.
const PREFIX: &str = "T1==";

/// Base64 with padding; read with or without it, the unused bits being anything.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The data of a client's token, which is what is signed.
///
/// Every value is made of letters, digits, `_` and `-`, so that the form needs no escapes, in which SDKs differ.
pub(super) fn data(client: &Client<'_>, nonce: u32) -> Vec<u8> {
    let Client { account: _, session, role, issued_at, expires_at, connection_data } = client;
    format!(
        "session_id={session}&create_time={issued_at}&expire_time={expires_at}&role={role}&nonce={nonce}\
         &connection_data={connection_data}"
    )
    .into_bytes()
}

/// The token with this data; the API key is the one that its session belongs to.
pub(super) fn sign(data: &[u8], secret: &SecretString) -> Result<String, SignError> {
    let text = std::str::from_utf8(data).map_err(|_| SignError::Content)?;
    let account = session_account(&fields(text).ok_or(SignError::Content)?);
    let account = account.ok_or(SignError::Content)?;
    let signature = hmac::sign(&key(secret), data);
    let inside = format!("partner_id={account}&sig={}:{text}", Hex(signature.as_ref()));
    // The exact length, so that the token is not copied when it becomes a secret.
    let mut token = String::with_capacity(PREFIX.len() + inside.len().div_ceil(3) * 4);
    token.push_str(PREFIX);
    BASE64.encode_string(inside, &mut token);
    Ok(token)
}

/// The secret's digits are the key, not the bytes that they stand for.
fn key(secret: &SecretString) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.expose_secret().as_bytes())
}

/// The account that the session in a token's data belongs to.
fn session_account(data: &Map<String, Value>) -> Option<String> {
    session_id::account(data.get("session_id")?.as_str()?)
}

/// The parts of a token, nothing of it verified.
#[derive(Debug)]
pub(super) struct T1 {
    /// What the signature covers.
    data: Vec<u8>,
    signature: [u8; 20],
    /// What stands before the signature: the API key, perhaps a version.
    unsigned: Map<String, Value>,
    /// The fields of the data.
    signed: Map<String, Value>,
}

impl T1 {
    /// Takes a token apart; `None` where it is none, or where a field occurs twice, of which readers take different
    /// ones.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let standard = token.strip_prefix(PREFIX)?.replace('-', "+").replace('_', "/");
        let inside = BASE64.decode(standard).ok()?;
        let colon = inside.iter().position(|byte| *byte == b':')?;
        let (before, data) = inside.split_at_checked(colon)?;
        let data = data.strip_prefix(b":")?;
        let mut unsigned = fields(std::str::from_utf8(before).ok()?)?;
        let signature = read_hex::<20>(unsigned.remove("sig")?.as_str()?)?;
        let signed = fields(&String::from_utf8_lossy(data))?;
        let is_whole = unsigned.contains_key("partner_id")
            && signed.contains_key("session_id")
            && unsigned.keys().all(|name| !signed.contains_key(name));
        is_whole.then(|| Self { data: data.to_vec(), signature, unsigned, signed })
    }

    /// Whether it was signed with this secret and names the account that its session belongs to.
    pub(super) fn is_signed(&self, secret: &SecretString) -> bool {
        let account = session_account(&self.signed);
        account.as_deref() == self.unsigned.get("partner_id").and_then(Value::as_str)
            && hmac::verify(&key(secret), &self.data, &self.signature).is_ok()
    }

    /// The token in the words of every provider; a participant is a publisher where it does not say otherwise.
    pub(super) fn inspected(self) -> Inspected {
        let Self { data, signature: _, unsigned, signed } = self;
        let integer = |name: &str| signed.get(name).and_then(Value::as_str)?.parse().ok();
        let reading = Reading {
            format: "T1 (HMAC-SHA1)",
            likeness: Likeness::Certain,
            content: &data,
            issued_at: integer("create_time"),
            expires_at: integer("expire_time"),
            default_role: Some("publisher"),
            claims: unsigned.into_iter().chain(signed).collect(),
        };
        reading.inspected()
    }
}

/// The fields of a form (`application/x-www-form-urlencoded`) as texts; `None` where one occurs twice.
fn fields(form: &str) -> Option<Map<String, Value>> {
    let mut fields = Map::new();
    for pair in form.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if fields.insert(unescaped(name), Value::from(unescaped(value))).is_some() {
            return None;
        }
    }
    Some(fields)
}

/// A name or value of a form without its escapes; what is no escape stands for itself, as .NET's raw spaces do.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, tail @ ..]) if let Some(byte) = escaped(*high, *low) => {
                bytes.push(byte);
                rest = tail;
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The byte of two hexadecimal digits.
fn escaped(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}
