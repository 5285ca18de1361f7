//! The parts of a project JWT, read strictly; nothing of them is verified.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use roomkey_claims::BackendRef;
use secrecy::{ExposeSecret, SecretString};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{MAX_PROJECT_JWT_BYTES, ProjectJwtError};

/// A JWT in three parts whose header and claims are objects.
pub(super) struct Parts<'a> {
    /// What the signature covers: `header.claims`.
    content: &'a str,
    /// The signature, proper base64url.
    signature: &'a str,
    header: Header,
    /// What it says.
    pub(super) claims: Claims,
}

/// The members of the JOSE header that count; `typ` and what it says of keys (`kid`, `jwk`, `jku`, `x5u`) are not read.
///
/// A member that occurs twice is an error: readers differ in which of the two they take.
#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    alg: Value,
    #[serde(default)]
    ist: Value,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
}

/// The claims that count; one that occurs twice is an error.
#[derive(Deserialize)]
pub(super) struct Claims {
    #[serde(default)]
    iss: Value,
    #[serde(default)]
    ist: Value,
    /// When it was issued.
    #[serde(default)]
    pub(super) iat: Value,
    /// When it expires.
    #[serde(default)]
    pub(super) exp: Value,
    /// Its own id.
    #[serde(default)]
    pub(super) jti: Value,
    #[serde(default, deserialize_with = "present")]
    scope: bool,
    #[serde(default, deserialize_with = "present")]
    session_id: bool,
    #[serde(default, deserialize_with = "present")]
    role: bool,
    #[serde(default, deserialize_with = "present")]
    connection_data: bool,
}

impl<'a> Parts<'a> {
    /// Takes a JWT apart and holds its header to HS256.
    ///
    /// The algorithm is ours: what the header names is compared with it, never used (RFC 8725 section 3.1).
    pub(super) fn read(jwt: &'a str) -> Result<Self, ProjectJwtError> {
        if MAX_PROJECT_JWT_BYTES < jwt.len() {
            return Err(ProjectJwtError::TooBig);
        }
        let (content, signature) = jwt.rsplit_once('.').ok_or(ProjectJwtError::Malformed)?;
        // A fourth part would leave a dot in the claims, and no base64 has one.
        let (header, claims) = content.split_once('.').ok_or(ProjectJwtError::Malformed)?;
        URL_SAFE_NO_PAD.decode(signature).map_err(|_| ProjectJwtError::Malformed)?;
        let header: Header = object(header).ok_or(ProjectJwtError::Malformed)?;
        let claims = object(claims).ok_or(ProjectJwtError::Malformed)?;
        match header.alg.as_str() {
            Some("HS256") if header.crit => Err(ProjectJwtError::Critical),
            Some("HS256") => Ok(Self { content, signature, header, claims }),
            _ => Err(ProjectJwtError::Algorithm),
        }
    }

    /// The API key in `iss`.
    pub(super) fn backend(&self) -> Result<BackendRef, ProjectJwtError> {
        let text = match &self.claims.iss {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_u64() => number.to_string(),
            _ => return Err(ProjectJwtError::Issuer),
        };
        BackendRef::try_from(text).map_err(|_| ProjectJwtError::Issuer)
    }

    /// Whether the signature is an HS256 one made with `secret`, whose ASCII characters are the key.
    pub(super) fn is_signed_with(&self, secret: &SecretString) -> bool {
        let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
        // Compared in constant time by the backend.
        crypto::verify(self.signature, self.content.as_bytes(), &key, Algorithm::HS256)
            .unwrap_or(false)
    }

    /// Whether `ist` is `project`, in the claims or in the header, and nowhere anything else.
    pub(super) fn is_of_a_project(&self) -> bool {
        let mut named =
            [&self.claims.ist, &self.header.ist].into_iter().filter(|ist| !ist.is_null());
        named.next().is_some_and(|ist| ist == "project") && named.all(|ist| ist == "project")
    }
}

impl Claims {
    /// Whether they say anything of a participant, were it `null`.
    pub(super) const fn are_of_a_participant(&self) -> bool {
        self.scope || self.session_id || self.role || self.connection_data
    }
}

/// A whole number of seconds, as JSON spells it.
pub(super) fn seconds(claim: &Value) -> Option<i64> {
    claim.as_i64()
}

/// A base64url part that is a JSON object.
fn object<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    // Derived readers take an array, too, for a list of the members.
    if !json.trim_ascii_start().starts_with('{') {
        return None;
    }
    serde_json::from_str(&json).ok()
}

/// True for any value at all.
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|IgnoredAny| true)
}
