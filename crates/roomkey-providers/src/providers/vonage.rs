//! Vonage Video: a JWT signed with RS256 in the name of an application.
//!
//! ```text
//! client {application_id, iat, exp, jti issuance id, scope "session.connect", session_id, role, sub "video",
//!         acl {"paths":{"/session/**":{}}}, connection_data issuance id}
//! REST   {application_id, iat, exp, jti} in Authorization: Bearer, for one call and three minutes
//! ```
//!
//! Specification: <https://developer.vonage.com/en/video/guides/create-token>; the claims are those that the vendor's
//! SDKs for JavaScript and for Python both write; `sub` is JavaScript's and Ruby's, Python calls it `subject`.
//!
//! Sessions, roles and what no token can say are OpenTok's: see `opentok.rs`.

mod claims;
mod key;

use std::collections::BTreeMap;

use roomkey_claims::{Grant, Profile, ProviderKind};
use serde_json::Value;
use uuid::Uuid;

use crate::jwt::{self, Jwt};
use crate::tokbox::{self, Platform};
use crate::{
    Call, Calling, Configured, Descriptor, Draft, DraftError, Drafting, Field, Request, Rest,
    Section, SectionError,
};

/// The name in settings, routes and entries.
const KIND: &str = "vonage";

/// The field, and the option, with the id of the application, which is the account.
const APPLICATION_ID: &str = "application_id";

/// The vendor's REST interface.
const DEFAULT_API_URL: &str = "https://video.api.vonage.com";

/// What Vonage Video shares with OpenTok.
static PLATFORM: Platform =
    Platform { kind: KIND, account: APPLICATION_ID, cap_seconds: DESCRIPTOR.cap_seconds };

/// Vonage Video, as the rest of the workspace sees it.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    kind: KIND,
    title: "Vonage Video",
    format: "JWT (RS256)",
    docs_url: "https://developer.vonage.com/en/video/guides/create-token",
    // A JWT is honoured for a day after it was issued, whatever it says (api.support.vonage.com, article 360000958407).
    cap_seconds: 86_400,
    key_field: APPLICATION_ID,
    key_is_account: true,
    secret_field: "private_key",
    fields: &[
        Field {
            name: APPLICATION_ID,
            required: true,
            about: "The id of the application, a UUID in lower case.",
            example: "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f",
        },
        Field {
            name: tokbox::API_URL,
            required: false,
            about: "The address of the REST interface; https://video.api.vonage.com by default.",
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
    inspect: claims::inspect,
    verify: |token, secret| {
        Jwt::parse(token).is_some_and(|jwt| {
            key::public(secret).is_some_and(|public| jwt.is_signed_rs256(&public))
        })
    },
    rest: Some(&Rest {
        request,
        session: |profile, body| tokbox::rest::session(&PLATFORM, profile, body),
        archives: tokbox::rest::archives,
    }),
    #[cfg(test)]
    sample_secret: tests::PRIVATE_KEY,
    #[cfg(test)]
    sample_session: Some(tests::SESSION),
};

/// Reads a profile's section: an application, RSA keys, the address of the platform.
fn configure(section: &Section) -> Result<Configured, SectionError> {
    section.check_fields(&DESCRIPTOR)?;
    let application = section.text(APPLICATION_ID)?;
    let is_uuid = application.parse::<Uuid>().is_ok_and(|uuid| uuid.to_string() == application);
    if !is_uuid {
        let expected = "a UUID in lower case with its dashes";
        return Err(SectionError::Malformed { field: APPLICATION_ID, expected });
    }
    let api_url = tokbox::read_api_url(section, DEFAULT_API_URL)?;
    let (keys, secrets) = section.accepted_keys(&DESCRIPTOR, &|id, secret| {
        if key::is_private(secret) {
            return Ok(());
        }
        let expected =
            "an RSA private key of at least 2048 bits in PEM, unencrypted (PKCS#8 or PKCS#1)";
        Err(SectionError::MalformedSecret { id: id.clone(), expected })
    })?;
    let options = [(APPLICATION_ID, application), (tokbox::API_URL, &api_url)];
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

/// Writes a grant down.
fn draft(drafting: &Drafting<'_>) -> Result<Draft, DraftError> {
    let content = claims::client(&PLATFORM.client(drafting)?, drafting.issuance);
    let Grant { profile, key, .. } = drafting.grant;
    Ok(Draft::new(KIND, (profile, key), content, jwt::sign_rs256))
}

/// What a Vonage Video client needs beside the token.
fn answer(grant: &Grant, profile: &Profile) -> BTreeMap<&'static str, Value> {
    let application = profile.options.get(APPLICATION_ID).map(String::as_str);
    let session = grant.provider_room.as_str();
    [("applicationId", Value::from(application)), ("sessionId", Value::from(session))].into()
}

/// Writes a call down, with a JWT of its own.
fn request(calling: &Calling<'_>, call: &Call<'_>) -> Result<Request, DraftError> {
    let Calling { name, profile, key, now, id } = *calling;
    let tokbox::rest::Route { method, url, body, done } =
        tokbox::rest::route(&PLATFORM, profile, call)?;
    let issued_at = now.as_seconds();
    let expires_at = issued_at.saturating_add(i64::from(Call::CREDENTIAL_SECONDS));
    let content = claims::application(PLATFORM.account(profile)?, (issued_at, expires_at), id);
    Ok(Request {
        method,
        url,
        header: "Authorization",
        scheme: "Bearer ",
        body,
        expires_at,
        done,
        draft: Draft::new(KIND, (name, key), content, jwt::sign_rs256),
    })
}

#[cfg(test)]
mod tests;
