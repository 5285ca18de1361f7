//! LiveKit: a JWT signed with HS256, the secret's bytes as they are.
//!
//! ```text
//! header   {"alg":"HS256","typ":"JWT"}            no `kid`: `iss` selects the key
//! claims   iss key id, sub identity, jti issuance id, nbf = iat, exp; no `aud`, which two of the SDKs refuse
//!          video {room, roomJoin, can…}, metadata (a JSON text), no name
//! ```
//!
//! Specification: <https://docs.livekit.io/frontends/reference/tokens-grants/>; the code that decides is
//! `auth/grants.go` in github.com/livekit/protocol.
//!
//! `canPublish`, `canSubscribe` and `canPublishData` mean *granted* where they are absent, and an empty
//! `canPublishSources` means all of them: booleans are always written, an empty limit is refused.
//! `roomCreate`, `roomList`, `roomRecord` and `ingressAdmin` hold for the whole project and are always false.
//! LiveKit has no word for moderation but `roomAdmin`, which lets a browser act past the desk's record: it is written
//! only where the profile says so, and a moderator is a publisher otherwise, told by the metadata's `roles`.

use std::collections::{BTreeMap, BTreeSet};

use roomkey_claims::{
    Did, EventId, Fingerprint, Grant, IssuanceId, Permissions, Profile, ProviderKind, SceneId,
    Source, Sources, Timestamp,
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::jwt::{self, Jwt};
use crate::url::check_server_url;
use crate::{
    Configured, Descriptor, Draft, DraftError, Drafting, Field, Inspected, Likeness, Section,
    SectionError,
};

/// The name in settings, routes and entries.
const KIND: &str = "livekit";

/// The option of a profile that gives moderators `roomAdmin`.
const ROOM_ADMIN: &str = "room_admin";

/// Longest room name and longest identity that a server takes by default, in bytes (`pkg/config/config.go`).
const LONGEST_NAME: usize = 256;

/// The key and the secret of `livekit-server --dev`.
const DEV_KEY: (&str, &str) = ("devkey", "secret");

/// LiveKit, as the rest of the workspace sees it.
pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    kind: KIND,
    title: "LiveKit",
    format: "JWT (HS256)",
    docs_url: "https://docs.livekit.io/frontends/reference/tokens-grants/",
    // LiveKit knows no limit. A day is the desk's own: a token cannot be taken back.
    cap_seconds: 86_400,
    key_field: "key",
    key_is_account: false,
    secret_field: "secret",
    fields: &[
        Field {
            name: "url",
            required: true,
            about: "The address of the LiveKit server for clients, wss:// or https://.",
            example: "wss://rtc.example.org",
        },
        Field {
            name: ROOM_ADMIN,
            required: false,
            about: "Whether moderators get `roomAdmin`, with which a client can remove and mute others past the \
                    desk's record; false by default.",
            example: "false",
        },
    ],
    longest_room_id: 128,
    metadata: true,
    moderation: true,
    inexpressible: &[],
    #[cfg(test)]
    vectors: &[crate::Vector {
        source: "github.com/livekit/protocol auth/verifier_test.go",
        key: "APID3B67uxk4Nj2GKiRPibAZ9",
        secret: "YHC-CUhbQhGeVCaYgn1BNA++",
        token: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
                eyJleHAiOjE2MDg5MzAzMDgsImlzcyI6IkFQSUQzQjY3dXhrNE5qMkdLaVJQaWJBWjkiLCJuYmYiOjE2MDg5MjY3MDgsInJvb2\
                1fam9pbiI6dHJ1ZSwicm9vbV9zaWQiOiJteWlkIiwic3ViIjoiQVBJRDNCNjd1eGs0TmoyR0tpUlBpYkFaOSJ9.\
                cmHEBq0MLyRqphmVLM2cLXg5ao5Sro7am8yXhcYKcwE",
        identity: Some("APID3B67uxk4Nj2GKiRPibAZ9"),
        room: None,
        expires_at: 1_608_930_308,
    }],
    configure,
    draft,
    answer,
    inspect,
    verify: |token, secret| Jwt::parse(token).is_some_and(|jwt| jwt.is_signed_hs256(secret)),
    rest: None,
    #[cfg(test)]
    sample_secret: "a sample secret of over 32 bytes",
    #[cfg(test)]
    sample_session: None,
};

/// Reads a profile's section: a safe URL, at least one key, secrets that are long enough.
fn configure(section: &Section) -> Result<Configured, SectionError> {
    section.check_fields(&DESCRIPTOR)?;
    let url = section.text("url")?;
    check_server_url(url).map_err(|reason| SectionError::Url { field: "url", reason })?;
    let room_admin = section.flag(ROOM_ADMIN)?;
    let (keys, secrets) = section.accepted_keys(&DESCRIPTOR, &|id, secret| {
        let dev = section.dev && (id.as_str(), secret) == DEV_KEY;
        if dev || jwt::HS256_SECRET_BYTES <= secret.len() {
            return Ok(());
        }
        Err(SectionError::ShortSecret { id: id.clone(), minimum: jwt::HS256_SECRET_BYTES })
    })?;
    let profile = Profile {
        kind: kind(),
        url: Some(url.to_owned()),
        cap: DESCRIPTOR.cap_seconds,
        own_sessions: false,
        numeric_ids: false,
        messaging: false,
        options: [(ROOM_ADMIN.to_owned(), room_admin.to_string())].into(),
        keys,
    };
    Ok(Configured { profile, secrets })
}

fn kind() -> ProviderKind {
    #[expect(clippy::expect_used, reason = "a constant that matches the pattern")]
    KIND.parse().expect("a kind")
}

/// The claims, in the order in which they are written.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    jti: IssuanceId,
    nbf: i64,
    iat: i64,
    exp: i64,
    video: Video<'a>,
    /// JSON in a text, as LiveKit wants it.
    metadata: &'a str,
}

/// LiveKit's `VideoGrant`, every boolean that a participant's token could carry written out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Video<'a> {
    room: &'a str,
    room_join: bool,
    can_publish: bool,
    can_subscribe: bool,
    can_publish_data: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_publish_sources: Option<&'a BTreeSet<Source>>,
    can_update_own_metadata: bool,
    hidden: bool,
    room_admin: bool,
    room_create: bool,
    room_list: bool,
    room_record: bool,
    ingress_admin: bool,
}

/// What other participants see: nothing personal.
///
/// `sceneId` and `eventId` are null where there is none, so that readers find the same keys in every token; `did` is
/// there only where the room's settings say so and the user has one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    scene_id: Option<&'a str>,
    event_id: Option<&'a str>,
    roles: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    did: Option<&'a str>,
}

/// Writes a grant down.
fn draft(drafting: &Drafting<'_>) -> Result<Draft, DraftError> {
    let Drafting { grant, profile, issuance, did } = *drafting;
    if grant.kind.as_str() != KIND || profile.kind != grant.kind {
        return Err(DraftError::OtherProvider { kind: KIND });
    }
    let (room, identity) = (grant.provider_room.as_str(), grant.identity.as_str());
    let (fits, longest) = (1..=LONGEST_NAME, LONGEST_NAME);
    if !fits.contains(&room.len()) {
        return Err(DraftError::RoomLength { bytes: room.len(), longest });
    }
    if !fits.contains(&identity.len()) {
        return Err(DraftError::IdentityLength { bytes: identity.len(), longest });
    }
    let metadata = json(&Metadata {
        scene_id: grant.scene.as_ref().map(SceneId::as_str),
        event_id: grant.event.as_ref().map(EventId::as_str),
        roles: [grant.role.as_str()],
        did: did.filter(|_| grant.with_did).map(Did::as_str),
    });
    let claims = json(&Claims {
        iss: grant.key.as_str(),
        sub: identity,
        jti: issuance,
        nbf: grant.validity.not_before,
        iat: grant.validity.not_before,
        exp: grant.validity.expires_at,
        video: video(room, &grant.permissions, profile)?,
        metadata: &metadata,
    });
    Ok(Draft::new(
        KIND,
        (&grant.profile, &grant.key),
        jwt::hs256_content(claims.as_bytes()),
        jwt::sign_hs256,
    ))
}

/// The video grant for these permissions.
fn video<'a>(
    room: &'a str,
    permissions: &'a Permissions,
    profile: &Profile,
) -> Result<Video<'a>, DraftError> {
    let Permissions { subscribe, publish, data, moderate, sources } = permissions;
    let can_publish_sources = match sources {
        Sources::All => None,
        Sources::Only(set) if set.is_empty() => {
            let what = "a limit to no source at all (an empty list means all of them)";
            return Err(DraftError::Inexpressible { kind: KIND, what });
        }
        Sources::Only(set) => Some(set),
    };
    let room_admin = profile.options.get(ROOM_ADMIN).is_some_and(|value| value == "true");
    Ok(Video {
        room,
        room_join: true,
        can_publish: *publish,
        can_subscribe: *subscribe,
        can_publish_data: *data,
        can_publish_sources,
        can_update_own_metadata: false,
        hidden: false,
        room_admin: room_admin && *moderate,
        room_create: false,
        room_list: false,
        room_record: false,
        ingress_admin: false,
    })
}

/// The JSON text of a value whose keys are texts.
fn json<T: Serialize>(value: &T) -> String {
    #[expect(clippy::expect_used, reason = "texts, integers, booleans and lists of them serialize")]
    serde_json::to_string(value).expect("plain values")
}

/// What a LiveKit client needs beside the token: the room's name and where its server is.
fn answer(grant: &Grant, profile: &Profile) -> BTreeMap<&'static str, Value> {
    let url = profile.url.as_deref();
    [("room", Value::from(grant.provider_room.as_str())), ("serverUrl", Value::from(url))].into()
}

/// Reads any JWT that names its issuer; one with a `video` grant is certainly LiveKit's.
fn inspect(token: &str) -> Option<Inspected> {
    let jwt = Jwt::parse(token)?;
    let issuer = jwt.claim("iss")?;
    let video = jwt.claims.get("video").and_then(Value::as_object);
    let seconds = |name: &str| jwt.claims.get(name).and_then(Value::as_i64);
    // Go's verifier takes `jti` for the identity where `sub` is empty (`ParseAPIToken`).
    let filled = |name: &str| jwt.claim(name).filter(|text| !text.is_empty());
    Some(Inspected {
        format: DESCRIPTOR.format,
        likeness: if video.is_some() { Likeness::Certain } else { Likeness::Possible },
        key_id: issuer.parse().ok(),
        issued_at: seconds("iat").or_else(|| seconds("nbf")).map(Timestamp::from_seconds),
        expires_at: seconds("exp").map(Timestamp::from_seconds),
        identity: filled("sub").or_else(|| filled("jti")).map(str::to_owned),
        room: video.and_then(|video| video.get("room")?.as_str()).map(str::to_owned),
        permissions: video.and_then(|video| permissions(video, jwt.claim("metadata"))),
        issuance_id: jwt.claim("jti").and_then(|jti| jti.parse().ok()),
        fingerprint: Fingerprint::of(jwt.content.as_bytes()),
        claims: Value::Object(jwt.claims),
    })
}

/// What a video grant allows, read as the server reads it: what is absent is mostly granted.
///
/// `None` where it does not let anybody join, or names sources that the desk has no words for.
/// Moderation is `roomAdmin` or, where the profile does not give that, the role in the metadata.
fn permissions(video: &Map<String, Value>, metadata: Option<&str>) -> Option<Permissions> {
    let flag = |name: &str| video.get(name).and_then(Value::as_bool);
    if flag("roomJoin") != Some(true) {
        return None;
    }
    let publish = flag("canPublish").unwrap_or(true);
    let sources = match video.get("canPublishSources").and_then(Value::as_array) {
        Some(names) if !names.is_empty() => Sources::Only(
            names
                .iter()
                .map(|name| source(name.as_str()?))
                .collect::<Option<BTreeSet<Source>>>()?,
        ),
        Some(_) | None => Sources::All,
    };
    let role = metadata.and_then(|metadata| serde_json::from_str::<Value>(metadata).ok());
    let is_moderator = role
        .as_ref()
        .and_then(|metadata| metadata.get("roles")?.as_array())
        .is_some_and(|roles| roles.iter().any(|role| role == "moderator"));
    Some(Permissions {
        subscribe: flag("canSubscribe").unwrap_or(true),
        publish,
        data: flag("canPublishData").unwrap_or(publish),
        moderate: is_moderator || flag("roomAdmin") == Some(true),
        sources,
    })
}

fn source(name: &str) -> Option<Source> {
    Source::ALL.into_iter().find(|source| source.as_str() == name)
}

#[cfg(test)]
mod tests;
