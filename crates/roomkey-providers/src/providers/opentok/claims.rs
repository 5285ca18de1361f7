//! OpenTok's JWTs: a client's, and a credential for the REST interface.

use roomkey_claims::IssuanceId;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::Inspected;
use crate::jwt::{self, Jwt};
use crate::tokbox::reading::Reading;
use crate::tokbox::{CLIENT_SCOPE, Client};

/// What the issuer is: a project, as opposed to the account that owns projects.
const IST: &str = "project";

/// The claims of a client's token: those that all of the vendor's SDKs write, and the connection data.
#[derive(Serialize)]
struct ClientClaims<'a> {
    iss: &'a str,
    ist: &'static str,
    iat: i64,
    exp: i64,
    nonce: u32,
    role: &'static str,
    scope: &'static str,
    session_id: &'a str,
    connection_data: &'a str,
}

/// The claims of a credential: nothing that a client's token has.
#[derive(Serialize)]
struct ProjectClaims<'a> {
    iss: &'a str,
    ist: &'static str,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// A number that differs from token to token: 31 of the issuance id's random bits.
///
/// Java's SDK holds it in a signed integer of 32 bits.
pub(super) fn nonce(issuance: IssuanceId) -> u32 {
    let [.., a, b, c, d] = issuance.as_uuid().into_bytes();
    u32::from_be_bytes([a, b, c, d]) & 0x7fff_ffff
}

/// The signed content of a client's token.
pub(super) fn client(client: &Client<'_>, nonce: u32) -> Vec<u8> {
    content(&ClientClaims {
        iss: client.account,
        ist: IST,
        iat: client.issued_at,
        exp: client.expires_at,
        nonce,
        role: client.role,
        scope: CLIENT_SCOPE,
        session_id: client.session,
        connection_data: &client.connection_data,
    })
}

/// The signed content of a credential with the id `jti`.
pub(super) fn project(account: &str, (iat, exp): (i64, i64), jti: Uuid) -> Vec<u8> {
    content(&ProjectClaims { iss: account, ist: IST, iat, exp, jti })
}

fn content<T: Serialize>(claims: &T) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "structs of texts and integers serialize")]
    let claims = serde_json::to_vec(claims).expect("plain values");
    jwt::hs256_content(&claims)
}

/// Reads a JWT whose issuer is a project.
///
/// Ruby's SDK writes `ist` into the header of its credentials. Vonage's tokens, which name an application, are none of
/// these.
pub(super) fn inspect(token: &str) -> Option<Inspected> {
    let jwt = Jwt::parse(token)?;
    let ist = jwt.claims.get("ist").or_else(|| jwt.header.get("ist"));
    if ist.and_then(Value::as_str) != Some(IST) || jwt.claims.contains_key("application_id") {
        return None;
    }
    Some(Reading::of_jwt(jwt, "JWT (HS256)", "project JWT (HS256)").inspected())
}
