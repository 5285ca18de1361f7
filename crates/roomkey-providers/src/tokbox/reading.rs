//! What all tokens of the platform have in common when they are read back.

use roomkey_claims::{Fingerprint, Timestamp};
use serde_json::{Map, Value};

use crate::jwt::Jwt;
use crate::{Inspected, Likeness};

/// A token that was taken apart, nothing of it verified.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// What the token is, in a few words.
    pub(crate) format: &'static str,
    /// How sure it is that it is of this format.
    pub(crate) likeness: Likeness,
    /// What the signature covers.
    pub(crate) content: &'a [u8],
    /// When it was issued, in seconds since the Unix epoch.
    pub(crate) issued_at: Option<i64>,
    /// When it expires, in seconds since the Unix epoch.
    pub(crate) expires_at: Option<i64>,
    /// The role that it has where it names none.
    pub(crate) default_role: Option<&'static str>,
    /// Everything that it says.
    pub(crate) claims: Map<String, Value>,
}

impl<'a> Reading<'a> {
    /// A JWT of a client, or one that is a credential for the REST interface, with the name of each.
    pub(crate) fn of_jwt(jwt: Jwt<'a>, client: &'static str, credential: &'static str) -> Self {
        let (format, is_certain) = if is_client(&jwt.claims) {
            (client, is_whole_client(&jwt.claims))
        } else {
            (credential, true)
        };
        Self {
            format,
            likeness: if is_certain { Likeness::Certain } else { Likeness::Possible },
            content: jwt.content.as_bytes(),
            issued_at: integer(&jwt.claims, "iat"),
            expires_at: integer(&jwt.claims, "exp"),
            default_role: None,
            claims: jwt.claims,
        }
    }

    /// The token in the words of every provider: the session is its room, and it names no participant.
    ///
    /// Instants are taken as they stand: an expiry in milliseconds, which some of the vendor's samples write, is one
    /// far away, as it is to the platform.
    pub(crate) fn inspected(self) -> Inspected {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str);
        let role = match self.claims.get("role") {
            None => self.default_role,
            Some(role) => role.as_str(),
        };
        Inspected {
            format: self.format,
            likeness: self.likeness,
            key_id: None,
            issued_at: self.issued_at.map(Timestamp::from_seconds),
            expires_at: self.expires_at.map(Timestamp::from_seconds),
            identity: None,
            room: text("session_id").map(str::to_owned),
            permissions: role.and_then(super::permissions),
            issuance_id: text("connection_data").and_then(|data| data.parse().ok()),
            fingerprint: Fingerprint::of(self.content),
            claims: Value::Object(self.claims),
        }
    }
}

/// An integer of the claims; a fraction or a text is none.
pub(crate) fn integer(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    claims.get(name).and_then(Value::as_i64)
}

/// Whether a JWT is meant for a client, by what no credential for the REST interface has.
///
/// Both are signed with the same key: a participant's token that passed for a credential would be an administrator's.
pub(crate) fn is_client(claims: &Map<String, Value>) -> bool {
    ["scope", "session_id", "role", "connection_data"].iter().any(|name| claims.contains_key(*name))
}

/// Whether a client's JWT has what each of the vendor's SDKs writes.
pub(crate) fn is_whole_client(claims: &Map<String, Value>) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    text("scope") == Some(super::CLIENT_SCOPE) && text("session_id").is_some()
}
