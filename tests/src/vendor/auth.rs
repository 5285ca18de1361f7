//! Who asks: `X-OPENTOK-AUTH` with a project's JWT, or `Authorization: Bearer` with an application's.
//!
//! Rules and words are those of the REST reference and of answers that were seen in the wild.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, dangerous};
use roomkey_claims::{Clock, SystemClock};
use serde_json::{Map, Value};

use super::Credentials;
use super::http::Request;
use crate::opentok;

/// Longest life of a project's token, in seconds.
const LONGEST_OPENTOK: i64 = 300;

/// Longest life of an application's token, in seconds.
const LONGEST_VONAGE: i64 = 24 * 60 * 60;

/// Claims that only tokens of participants have; they are signed with the same secret.
const PARTICIPANT: [&str; 4] = ["scope", "session_id", "role", "connection_data"];

/// The project that asks, or why it is not believed.
pub(super) fn project(request: &Request, known: &Credentials) -> Result<String, &'static str> {
    let (token, is_vonage) = token(request).ok_or("No suitable authentication found")?;
    let claimed = claims(request).ok_or("Invalid token format")?;
    let (name, of) =
        if is_vonage { ("application_id", &known.application) } else { ("iss", &known.key) };
    let issuer = claimed.get(name).and_then(Value::as_str).ok_or("Invalid issuer format")?;
    if !is_vonage && !issuer.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("Invalid issuer format");
    }
    if issuer != of {
        return Err("Issuer not found");
    }
    let (key, algorithm, longest) = if is_vonage {
        (DecodingKey::from_rsa_der(&known.public_key), Algorithm::RS256, LONGEST_VONAGE)
    } else {
        (DecodingKey::from_secret(known.secret.as_bytes()), Algorithm::HS256, LONGEST_OPENTOK)
    };
    let claims = opentok::verify(token, &key, algorithm).map_err(|error| match error.kind() {
        ErrorKind::InvalidSignature => "Invalid signature",
        ErrorKind::ExpiredSignature => "Token expired",
        ErrorKind::InvalidAlgorithm => "Invalid algorithm",
        _ => "Invalid token format",
    })?;
    check(&claims, longest)?;
    if !is_vonage && claims.get("ist") != Some(&"project".into()) {
        return Err("Invalid issuer type");
    }
    Ok(issuer.to_owned())
}

/// What is asked of both kinds.
fn check(claims: &Map<String, Value>, longest: i64) -> Result<(), &'static str> {
    let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
    let (Some(issued), Some(expires)) = (seconds("iat"), seconds("exp")) else {
        return Err("Invalid token format");
    };
    if SystemClock.now().as_seconds() < issued {
        return Err("Issued time cannot be in the future");
    }
    if longest < expires - issued {
        return Err("Token lives too long");
    }
    if PARTICIPANT.iter().any(|name| claims.contains_key(*name)) {
        return Err("A participant's token is no credential");
    }
    Ok(())
}

/// The claims of the token that came, verified or not.
pub(super) fn claims(request: &Request) -> Option<Map<String, Value>> {
    dangerous::insecure_decode(token(request)?.0).ok().map(|token| token.claims)
}

/// The token that came, and whether it came as Vonage's do.
fn token(request: &Request) -> Option<(&str, bool)> {
    match request.header("x-opentok-auth") {
        "" => Some((request.header("authorization").strip_prefix("Bearer ")?, true)),
        token => Some((token, false)),
    }
}
