//! OpenTok: a JWT signed with HS256, or the older `T1==` with HMAC-SHA1; the secret's 40 digits as they are.
//!
//! ```text
//! JWT    {iss API key, ist "project", iat, exp, nonce, role, scope "session.connect", session_id, connection_data}
//! T1==   base64("partner_id=" key "&sig=" hex(HMAC-SHA1(data)) ":" data), data being a form of the same
//! REST   a JWT {iss, ist, iat, exp, jti} in X-OPENTOK-AUTH, for one call and three minutes
//! ```
//!
//! Specification: <https://developer.vonage.com/en/opentok/guides/create-token/overview> and
//! <https://developer.vonage.com/en/opentok/rest>; the claims are those that all of the vendor's server SDKs write.
//!
//! No token names a participant: the connection data is the id of the issuance, by which a connection is found in the
//! log. There is no word for a limit on sources and no place for metadata.

mod claims;
mod t1;

use std::collections::BTreeMap;

use roomkey_claims::{Grant, Profile, ProviderKind};
use secrecy::SecretString;
use serde_json::Value;

use crate::draft::Signer;
use crate::jwt::{self, Jwt};
use crate::tokbox::{self, Platform};
use crate::{
    Call, Calling, Configured, Descriptor, Draft, DraftError, Drafting, Field, Inspected, Request,
    Rest, Section, SectionError,
};

/// The name in settings, routes and entries.
const KIND: &str = "opentok";

/// The field with the API key, which is the account.
const KEY: &str = "key";

/// The option with the API key.
const API_KEY: &str = "api_key";

/// The field, and the option, with the format of client tokens.
const FORMAT: &str = "format";

/// The vendor's REST interface.
const DEFAULT_API_URL: &str = "https://api.opentok.com";

/// What OpenTok shares with Vonage Video.
static PLATFORM: Platform =
    Platform { kind: KIND, account: API_KEY, cap_seconds: DESCRIPTOR.cap_seconds };

/// OpenTok, as the rest of the workspace sees it.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    kind: KIND,
    title: "OpenTok",
    format: "JWT (HS256) or T1 (HMAC-SHA1)",
    docs_url: "https://developer.vonage.com/en/opentok/guides/create-token/overview",
    // "Up to 30 days", says the vendor's page.
    cap_seconds: 2_592_000,
    key_field: KEY,
    key_is_account: true,
    secret_field: "secret",
    fields: &[
        Field {
            name: KEY,
            required: true,
            about: "The project's API key, a number written as a text.",
            example: "123456",
        },
        Field {
            name: FORMAT,
            required: false,
            about: "The format of client tokens: `jwt`, the default, or `t1` for what cannot read a JWT yet.",
            example: "jwt",
        },
        Field {
            name: tokbox::API_URL,
            required: false,
            about: "The address of the REST interface; https://api.opentok.com by default.",
            example: DEFAULT_API_URL,
        },
    ],
    longest_room_id: 128,
    metadata: false,
    moderation: true,
    inexpressible: &[],
    #[cfg(test)]
    vectors: tests::VECTORS,
    configure,
    draft,
    answer,
    inspect,
    verify,
    rest: Some(&Rest {
        request,
        session: |profile, body| tokbox::rest::session(&PLATFORM, profile, body),
        archives: tokbox::rest::archives,
    }),
    #[cfg(test)]
    sample_secret: tests::SECRET,
    #[cfg(test)]
    sample_session: Some(tests::SESSION),
};

/// Reads a profile's section: an API key, secrets of the form that the vendor gives out, the address of the platform.
fn configure(section: &Section) -> Result<Configured, SectionError> {
    section.check_fields(&DESCRIPTOR)?;
    let api_key = section.text(KEY)?;
    if !is_api_key(api_key) {
        let expected = "a number from 1 to 2147483647 without leading zeros, as a text";
        return Err(SectionError::Malformed { field: KEY, expected });
    }
    let format = match section.text(FORMAT)? {
        "" | "jwt" => "jwt",
        "t1" => "t1",
        _ => return Err(SectionError::Malformed { field: FORMAT, expected: "`jwt` or `t1`" }),
    };
    let api_url = tokbox::read_api_url(section, DEFAULT_API_URL)?;
    let (keys, secrets) = section.accepted_keys(&DESCRIPTOR, &|id, secret| {
        if is_secret(secret) {
            return Ok(());
        }
        let expected = "40 hexadecimal digits in lower case, as the vendor shows it";
        Err(SectionError::MalformedSecret { id: id.clone(), expected })
    })?;
    let options = [(API_KEY, api_key), (FORMAT, format), (tokbox::API_URL, &api_url)];
    let profile = Profile {
        kind: kind(),
        url: None,
        cap: DESCRIPTOR.cap_seconds,
        own_sessions: true,
        numeric_ids: false,
        messaging: false,
        options: options.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        keys,
    };
    Ok(Configured { profile, secrets })
}

fn kind() -> ProviderKind {
    #[expect(clippy::expect_used, reason = "a constant that matches the pattern")]
    KIND.parse().expect("a kind")
}

/// Whether all of the vendor's SDKs take this API key: some of them hold it in a signed integer of 32 bits.
fn is_api_key(text: &str) -> bool {
    text.parse::<i32>().is_ok_and(|number| 0 < number && number.to_string() == text)
}

/// Whether this is a secret as the vendor gives it out; its digits are the key, not the bytes that they stand for.
fn is_secret(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Writes a grant down, in the format that the profile says.
fn draft(drafting: &Drafting<'_>) -> Result<Draft, DraftError> {
    let client = PLATFORM.client(drafting)?;
    let nonce = claims::nonce(drafting.issuance);
    let (content, signer): (_, Signer) =
        match drafting.profile.options.get(FORMAT).map(String::as_str) {
            Some("t1") => (t1::data(&client, nonce), t1::sign),
            Some(_) | None => (claims::client(&client, nonce), jwt::sign_hs256),
        };
    let Grant { profile, key, .. } = drafting.grant;
    Ok(Draft::new(KIND, (profile, key), content, signer))
}

/// What an OpenTok client needs beside the token.
fn answer(grant: &Grant, profile: &Profile) -> BTreeMap<&'static str, Value> {
    let api_key = profile.options.get(API_KEY).map(String::as_str);
    let session = grant.provider_room.as_str();
    [("apiKey", Value::from(api_key)), ("sessionId", Value::from(session))].into()
}

/// Reads both formats of client tokens, and the credentials of the REST interface.
fn inspect(token: &str) -> Option<Inspected> {
    match t1::T1::parse(token) {
        Some(t1) => Some(t1.inspected()),
        None => claims::inspect(token),
    }
}

/// Whether a token of either format was signed with this secret.
fn verify(token: &str, secret: &SecretString) -> bool {
    match t1::T1::parse(token) {
        Some(t1) => t1.is_signed(secret),
        None => Jwt::parse(token).is_some_and(|jwt| jwt.is_signed_hs256(secret)),
    }
}

/// Writes a call down, with a project JWT of its own.
fn request(calling: &Calling<'_>, call: &Call<'_>) -> Result<Request, DraftError> {
    let Calling { name, profile, key, now, id } = *calling;
    let tokbox::rest::Route { method, url, body, done } =
        tokbox::rest::route(&PLATFORM, profile, call)?;
    let issued_at = now.as_seconds();
    let expires_at = issued_at.saturating_add(i64::from(Call::CREDENTIAL_SECONDS));
    let content = claims::project(PLATFORM.account(profile)?, (issued_at, expires_at), id);
    Ok(Request {
        method,
        url,
        header: "X-OPENTOK-AUTH",
        scheme: "",
        body,
        expires_at,
        done,
        draft: Draft::new(KIND, (name, key), content, jwt::sign_hs256),
    })
}

#[cfg(test)]
mod tests;
