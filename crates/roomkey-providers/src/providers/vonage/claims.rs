//! Vonage's JWTs: a client's, and a credential for the REST interface.

use roomkey_claims::IssuanceId;
use serde::Serialize;
use uuid::Uuid;

use crate::Inspected;
use crate::jwt::{self, Jwt};
use crate::tokbox::reading::Reading;
use crate::tokbox::{CLIENT_SCOPE, Client};

/// The claims of a client's token.
#[derive(Serialize)]
struct ClientClaims<'a> {
    application_id: &'a str,
    iat: i64,
    exp: i64,
    jti: IssuanceId,
    scope: &'static str,
    session_id: &'a str,
    role: &'static str,
    sub: &'static str,
    acl: Acl,
    connection_data: &'a str,
}

/// The paths that a client's token is good for: its session, which `session_id` names, and nothing else.
#[derive(Serialize)]
struct Acl {
    paths: Paths,
}

/// The one path, whose filter lets everything through.
#[derive(Serialize)]
struct Paths {
    #[serde(rename = "/session/**")]
    session: Filter,
}

/// A filter without a condition.
#[derive(Serialize)]
struct Filter {}

/// The claims of a credential: nothing that a client's token has alone.
#[derive(Serialize)]
struct ApplicationClaims<'a> {
    application_id: &'a str,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// The signed content of a client's token.
pub(super) fn client(client: &Client<'_>, issuance: IssuanceId) -> Vec<u8> {
    content(&ClientClaims {
        application_id: client.account,
        iat: client.issued_at,
        exp: client.expires_at,
        jti: issuance,
        scope: CLIENT_SCOPE,
        session_id: client.session,
        role: client.role,
        sub: "video",
        acl: Acl { paths: Paths { session: Filter {} } },
        connection_data: &client.connection_data,
    })
}

/// The signed content of a credential with the id `jti`.
pub(super) fn application(application_id: &str, (iat, exp): (i64, i64), jti: Uuid) -> Vec<u8> {
    content(&ApplicationClaims { application_id, iat, exp, jti })
}

fn content<T: Serialize>(claims: &T) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "structs of texts and integers serialize")]
    let claims = serde_json::to_vec(claims).expect("plain values");
    jwt::rs256_content(&claims)
}

/// Reads a JWT that names an application.
///
/// Tokens of other Vonage products name one too: without a session they are credentials of the application.
pub(super) fn inspect(token: &str) -> Option<Inspected> {
    let jwt = Jwt::parse(token)?;
    jwt.claim("application_id")?;
    Some(Reading::of_jwt(jwt, "JWT (RS256)", "application JWT (RS256)").inspected())
}
