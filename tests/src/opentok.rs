//! OpenTok's and Vonage's client tokens and session ids, read without any of the desk's code.

use anyhow::{Context, bail};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::Url;
use roomkey_claims::Hex;
use serde_json::{Map, Value};

/// What every kind of client token says.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// The API key, or the application.
    pub project: String,
    pub session: String,
    pub role: String,
    pub scope: Option<String>,
    /// Seconds since 1970.
    pub issued: i64,
    pub expires: Option<i64>,
    pub data: Option<String>,
    /// The layout classes, as the token joins them.
    pub layout: Option<String>,
    /// Everything in it; a legacy token's fields are all text.
    pub claims: Map<String, Value>,
}

/// Verifies and reads a token of an API key, legacy or JWT.
pub fn decode(token: &str, secret: &str) -> anyhow::Result<Token> {
    if let Some(content) = token.strip_prefix("T1==") {
        return decode_legacy(content, secret);
    }
    let key = DecodingKey::from_secret(secret.as_bytes());
    let claims = verify(token, &key, Algorithm::HS256)?;
    if claims.get("ist") != Some(&"project".into()) {
        bail!("a token that is not a project's: {claims:?}");
    }
    read(claims, "iss")
}

/// Verifies and reads a token of a Vonage application; the key is PKCS #1 DER.
pub fn decode_vonage(token: &str, public_key: &[u8]) -> anyhow::Result<Token> {
    let claims = verify(token, &DecodingKey::from_rsa_der(public_key), Algorithm::RS256)?;
    let paths = claims.get("acl").and_then(|acl| acl.pointer("/paths/~1session~1**"));
    if claims.get("sub") != Some(&"video".into()) || !paths.is_some_and(Value::is_object) {
        bail!("a token that opens no video session: {claims:?}");
    }
    read(claims, "application_id")
}

/// The claims of a JWT whose signature holds and that is not expired.
pub(crate) fn verify(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> jsonwebtoken::errors::Result<Map<String, Value>> {
    // It may be installed already.
    jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default().ok();
    let mut validation = Validation::new(algorithm);
    validation.leeway = 0;
    Ok(jsonwebtoken::decode(token, key, &validation)?.claims)
}

fn read(claims: Map<String, Value>, project: &str) -> anyhow::Result<Token> {
    let optional = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let text = |name: &str| optional(name).with_context(|| format!("no {name} in {claims:?}"));
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    Ok(Token {
        project: text(project)?,
        session: text("session_id")?,
        role: text("role")?,
        scope: optional("scope"),
        issued: number("iat").context("no iat")?,
        expires: number("exp"),
        data: optional("connection_data"),
        layout: optional("initial_layout_class_list"),
        claims,
    })
}

fn decode_legacy(content: &str, secret: &str) -> anyhow::Result<Token> {
    // The Java SDK uses the other alphabet.
    let bytes = STANDARD.decode(content).or_else(|_| URL_SAFE.decode(content))?;
    let text = String::from_utf8(bytes)?;
    let (head, data) = text.split_once(':').context("no colon")?;
    let (head, signed) = (form(head)?, form(data)?);
    let of = |form: &Map<String, Value>, name: &str| {
        form.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    let needed = |form, name| of(form, name).with_context(|| format!("no {name} in {text}"));
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    let signature = Hex(hmac::sign(&key, data.as_bytes()).as_ref()).to_string();
    if needed(&head, "sig")? != signature {
        bail!("the token is not signed with this secret");
    }
    Ok(Token {
        project: needed(&head, "partner_id")?,
        session: needed(&signed, "session_id")?,
        role: needed(&signed, "role")?,
        scope: of(&signed, "scope"),
        issued: needed(&signed, "create_time")?.parse()?,
        expires: of(&signed, "expire_time").map(|time| time.parse()).transpose()?,
        data: of(&signed, "connection_data"),
        layout: of(&signed, "initial_layout_class_list"),
        claims: signed,
    })
}

/// The pairs of `application/x-www-form-urlencoded`, as the URL standard reads them; none may come twice.
pub fn form(text: &str) -> anyhow::Result<Map<String, Value>> {
    let url = Url::parse(&format!("http://localhost/?{text}"))?;
    let mut pairs = Map::new();
    for (name, value) in url.query_pairs() {
        if pairs.insert(name.to_string(), value.into()).is_some() {
            bail!("{name:?} comes twice in {text:?}");
        }
    }
    Ok(pairs)
}

/// The API key or application that a session id names.
pub fn project_of(session: &str) -> anyhow::Result<String> {
    let body = session.strip_prefix("1_").or_else(|| session.strip_prefix("2_"));
    let body = body.with_context(|| format!("{session:?} has no known prefix"))?;
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(body.trim_end_matches('='))?)?;
    let project = text.split('~').nth(1);
    Ok(project.with_context(|| format!("{session:?} names no project"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "1234567890abcdef1234567890abcdef1234567890";
    const SESSION: &str =
        "2_MX4xMjM0NTZ-fk1vbiBNYXIgMTcgMDA6NDE6MzEgUERUIDIwMTR-MC42ODM3ODk1MzQ0OTQyODA4fg";

    /// What OpenTok's SDK for Python made of known inputs.
    const LEGACY: &str = concat!(
        "T1==cGFydG5lcl9pZD0xMjM0NTYmc2lnPTMzN2MxZjZlMjQ3MGMwNzg0YWZmYTNkZDA5MGEyMjU5ZjE2ZDc4MTU6c2",
        "Vzc2lvbl9pZD0yX01YNHhNak0wTlRaLWZrMXZiaUJOWVhJZ01UY2dNREE2TkRFNk16RWdVRVJVSURJd01UUi1NQzQ",
        "yT0RNM09EazFNelEwT1RReU9EQTRmZyZjcmVhdGVfdGltZT0xNzAwMDAwMDAwJmV4cGlyZV90aW1lPTE3MDAwMDAw",
        "NjAmcm9sZT1tb2RlcmF0b3Imbm9uY2U9NDI0MjQyJmluaXRpYWxfbGF5b3V0X2NsYXNzX2xpc3Q9Zm9jdXMrc21hb",
        "GwmY29ubmVjdGlvbl9kYXRhPXVzZXJJZCUzRDQyJTI2bmFtZSUzREolQzMlQjYrUw=="
    );

    #[test]
    fn a_legacy_token_of_the_vendor_is_read() {
        let token = decode(LEGACY, SECRET).unwrap();
        let said = (token.project.as_str(), token.session.as_str(), token.role.as_str());
        assert_eq!(said, ("123456", SESSION, "moderator"));
        assert_eq!((token.issued, token.expires), (1_700_000_000, Some(1_700_000_060)));
        assert_eq!(token.data.as_deref(), Some("userId=42&name=Jö S"));
        assert_eq!((token.layout.as_deref(), token.scope), (Some("focus small"), None));
        assert!(decode(LEGACY, "another secret").is_err());
    }

    #[test]
    fn a_session_id_names_its_project() {
        assert_eq!(project_of(SESSION).unwrap(), "123456");
        assert!(project_of("3_MX4xMjM0NTZ-fg").is_err());
    }
}
