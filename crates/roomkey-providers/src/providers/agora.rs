//! Agora: an `AccessToken2`, a packed and compressed list of services signed with HMAC-SHA256.
//!
//! ```text
//! token        "007" base64( zlib( string16(signature) signing_info ) )
//! signing_info string16(app_id) u32 issue_ts, token_expire, salt  u16 count  service*
//! service      u16 type  u16 count ( u16 privilege u32 seconds )*  payload      all integers little-endian
//! ```
//!
//! Specification: `DynamicKey/AgoraDynamicKey/` in github.com/AgoraIO/Tools, whose builders decide.
//!
//! A token names no issuance, no key and carries no metadata: the log finds its entry by the fingerprint alone, and a
//! room that shows DIDs cannot be served. Agora cannot tell a camera from a shared screen, has no word for moderation
//! and lets everybody who joins subscribe, so that `publisher_only` and most limits on sources are refused.
//! Expiry is relative to the time of issue; each privilege lives exactly as long as the token, since Agora's own
//! documents disagree about what happens otherwise.
//!
//! An empty name, `*` and the number 0 stand for anybody or anywhere at Agora's servers: no such key can be drafted.
//! RTM ids hold for the whole app and are never the number of a room, which somebody else may have in another one.

mod draft;
mod pack;
mod read;
mod services;
mod signing;
mod unpack;
#[cfg(test)]
mod vectors;

use std::collections::BTreeMap;

use roomkey_claims::{Grant, Profile, ProviderKind, Role};
use serde_json::Value;

use crate::{Configured, Descriptor, Field, Section, SectionError};

/// The name in settings, routes and entries.
const KIND: &str = "agora";

/// The option of a profile that names the account: Agora's id of the app.
const APP_ID: &str = "app_id";

/// The option of a profile that lets rooms admit to messaging.
const RTM: &str = "rtm";

/// Longest life that Agora's servers honour, in seconds; a longer one is cut without a word.
const LONGEST_LIFE: u32 = 86_400;

/// What app ids and certificates must be; their case matters.
const HEX: &str = "32 hexadecimal digits";

/// Agora, as the rest of the workspace sees it.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    kind: KIND,
    title: "Agora",
    format: "AccessToken2 (007)",
    docs_url: "https://docs.agora.io/en/video-calling/token-authentication/deploy-token-server",
    cap_seconds: LONGEST_LIFE,
    key_field: APP_ID,
    key_is_account: true,
    secret_field: "certificate",
    fields: &[
        Field {
            name: APP_ID,
            required: true,
            about: "The id of the app at Agora, 32 hexadecimal digits; the same for all keys.",
            example: "0123456789abcdef0123456789abcdef",
        },
        Field {
            name: RTM,
            required: false,
            about: "Whether keys may also admit to Agora's messaging (RTM), which knows no rooms; \
                    false by default.",
            example: "true",
        },
    ],
    longest_room_id: 55,
    metadata: false,
    moderation: false,
    inexpressible: &[Role::PublisherOnly],
    #[cfg(test)]
    vectors: vectors::VECTORS,
    configure,
    draft: draft::draft,
    answer,
    inspect: read::inspect,
    verify: signing::verify,
    rest: None,
    #[cfg(test)]
    sample_secret: "fedcba9876543210fedcba9876543210",
    #[cfg(test)]
    sample_session: None,
};

/// Reads a profile's section: an app id and certificates of the right form.
fn configure(section: &Section) -> Result<Configured, SectionError> {
    section.check_fields(&DESCRIPTOR)?;
    let app_id = section.text(APP_ID)?;
    if !is_hex(app_id) {
        return Err(SectionError::Malformed { field: APP_ID, expected: HEX });
    }
    let rtm = section.flag(RTM)?;
    let (keys, secrets) = section.accepted_keys(&DESCRIPTOR, &|id, secret| {
        if is_hex(secret) {
            return Ok(());
        }
        Err(SectionError::MalformedSecret { id: id.clone(), expected: HEX })
    })?;
    let profile = Profile {
        kind: kind(),
        url: None,
        cap: DESCRIPTOR.cap_seconds,
        own_sessions: false,
        numeric_ids: true,
        messaging: rtm,
        options: [(APP_ID.to_owned(), app_id.to_owned()), (RTM.to_owned(), rtm.to_string())].into(),
        keys,
    };
    Ok(Configured { profile, secrets })
}

fn kind() -> ProviderKind {
    #[expect(clippy::expect_used, reason = "a constant that matches the pattern")]
    KIND.parse().expect("a kind")
}

/// Whether a text is what Agora's builders take for an app id or a certificate.
fn is_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What an Agora client needs beside the token, to join and to renew: error 110 comes of any other value.
fn answer(grant: &Grant, profile: &Profile) -> BTreeMap<&'static str, Value> {
    let app_id = profile.options.get(APP_ID).map(String::as_str);
    let participant = match grant.uid {
        Some(uid) => ("uid", Value::from(uid.get())),
        None => ("account", Value::from(grant.identity.as_str())),
    };
    let rtm = grant.messaging.then(|| ("rtmUserId", Value::from(grant.identity.as_str())));
    let channel = ("channel", Value::from(grant.provider_room.as_str()));
    [("appId", Value::from(app_id)), channel, participant].into_iter().chain(rtm).collect()
}

#[cfg(test)]
mod tests;
