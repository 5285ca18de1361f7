//! The platform's REST interface: paths and bodies, and what is read in the answers.
//!
//! Specification: <https://developer.vonage.com/en/opentok/rest>; the paths are the same for both kinds of account.

use roomkey_claims::{Archive, Media, Profile, SessionOptions, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{Platform, session_id};
use crate::{ArchiveItem, Call, DraftError, Method, RestBody};

/// A request without its credential.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The method.
    pub(crate) method: Method,
    /// The whole URL.
    pub(crate) url: String,
    /// The body.
    pub(crate) body: Option<RestBody>,
    /// The statuses that mean that it was done.
    pub(crate) done: &'static [u16],
}

/// Where a call goes.
///
/// A participant who has left and a recording that was deleted are what was asked for: 404 counts as done there.
pub(crate) fn route(
    platform: &Platform,
    profile: &Profile,
    call: &Call<'_>,
) -> Result<Route, DraftError> {
    let (account, api_url) = (platform.account(profile)?, platform.api_url(profile)?);
    let project = format!("{api_url}/v2/project/{account}");
    let route = |method, url, done| Route { method, url, body: None, done };
    Ok(match *call {
        Call::CreateSession(options) => {
            let text = session_form(options);
            let body = RestBody { content_type: "application/x-www-form-urlencoded", text };
            let url = format!("{api_url}/session/create");
            Route { body: Some(body), ..route(Method::Post, url, &[200]) }
        }
        Call::Disconnect { session, connection } => {
            let (session, connection) =
                (plain(session, "session")?, plain(connection, "connection")?);
            if !session_id::belongs(session, account) {
                return Err(DraftError::OtherAccount { kind: platform.kind });
            }
            let url = format!("{project}/session/{session}/connection/{connection}");
            route(Method::Delete, url, &[204, 404])
        }
        Call::ListArchives { offset, count } => {
            let url = format!("{project}/archive?offset={offset}&count={count}");
            route(Method::Get, url, &[200])
        }
        Call::DeleteArchive { archive } => {
            let url = format!("{project}/archive/{}", plain(archive, "archive")?);
            route(Method::Delete, url, &[204, 404])
        }
    })
}

/// An id that cannot lead a path elsewhere.
fn plain<'a>(id: &'a str, what: &'static str) -> Result<&'a str, DraftError> {
    if session_id::is_tokbox_id(id) { Ok(id) } else { Err(DraftError::Id { what }) }
}

/// The form that makes a session. Everything is written out: the vendor's own defaults differ from SDK to SDK.
fn session_form(options: SessionOptions) -> String {
    let SessionOptions { media, e2ee, archive } = options;
    let p2p = match media {
        Media::Relayed => "enabled",
        Media::Routed => "disabled",
    };
    let archive = match archive {
        Archive::Manual => "manual",
        Archive::Always => "always",
    };
    format!("p2p.preference={p2p}&archiveMode={archive}&e2ee={e2ee}")
}

/// What a session that was made is told by.
#[derive(Deserialize)]
struct Created {
    session_id: String,
}

/// The session in the answer: a list of exactly one, of this account.
pub(crate) fn session(platform: &Platform, profile: &Profile, body: &[u8]) -> Option<String> {
    let [Created { session_id }] = serde_json::from_slice(body).ok()?;
    let account = platform.account(profile).ok()?;
    session_id::belongs(&session_id, account).then_some(session_id)
}

/// One page of recordings.
#[derive(Deserialize)]
struct Page {
    items: Vec<Recording>,
}

/// A recording; its `url` is left out, for whoever has it may fetch the recording.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recording {
    id: String,
    status: String,
    session_id: String,
    name: Option<String>,
    reason: Option<String>,
    /// In milliseconds since the Unix epoch.
    created_at: Option<Value>,
    duration: Option<Value>,
    size: Option<Value>,
}

/// The recordings in the answer.
pub(crate) fn archives(body: &[u8]) -> Option<Vec<ArchiveItem>> {
    let Page { items } = serde_json::from_slice(body).ok()?;
    Some(items.into_iter().map(item).collect())
}

/// A recording in the desk's words; a number that is none is left out instead of refusing the page.
fn item(recording: Recording) -> ArchiveItem {
    let number = |value: Option<Value>| value.as_ref().and_then(Value::as_u64);
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let millis = recording.created_at.as_ref().and_then(Value::as_i64);
    ArchiveItem {
        id: recording.id,
        status: recording.status,
        name: filled(recording.name),
        session: recording.session_id,
        created_at: millis.and_then(|ms| ms.checked_mul(1_000)).map(Timestamp::from_micros),
        seconds: number(recording.duration),
        bytes: number(recording.size),
        reason: filled(recording.reason),
    }
}
