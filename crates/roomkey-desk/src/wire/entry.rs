//! An entry on the wire.

use roomkey_audit::{Actor, Entry, Event, Outcome, Projection};
use roomkey_claims::{Reason, Uid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::listed::Listed;
use crate::wire::words::OutcomeName;

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    /// Its index: gapless, in the order of the commits.
    index: u64,
    /// Its id.
    id: String,
    /// The issuance that it records.
    #[schema(required)]
    issuance_id: Option<String>,
    /// When it was recorded.
    #[schema(format = DateTime)]
    time: String,
    /// Its kind.
    #[schema(example = "token.issued")]
    kind: &'static str,
    /// Whether a key was issued or denied.
    #[schema(required, value_type = Option<OutcomeName>)]
    outcome: Option<&'static str>,
    /// Why a key was denied.
    #[schema(required, example = "not_a_member")]
    reason: Option<&'static str>,
    /// The id of the user whom it concerns.
    #[schema(required)]
    subject: Option<String>,
    /// The name of that user, where the user still exists.
    #[schema(required)]
    user: Option<String>,
    /// The API key of the backend that asked, where one did.
    #[schema(required)]
    backend: Option<String>,
    /// The room.
    #[schema(required)]
    room: Option<String>,
    /// The scene.
    #[schema(required)]
    scene: Option<String>,
    /// The event.
    #[schema(required)]
    event: Option<String>,
    /// The kind of provider.
    #[schema(required)]
    provider: Option<String>,
    /// The participant's number: the one that the key is for, or the one that the client wanted.
    #[schema(required)]
    uid: Option<u32>,
    /// Whether the provider's messaging was asked for too.
    #[schema(required)]
    messaging: Option<bool>,
    /// The truncated address of who was not authenticated.
    #[schema(required)]
    address: Option<String>,
    /// The leaf hash of its exact bytes: SHA-256(0x00 || entry), as hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    leaf: String,
    /// The entry itself, its keys in the order of its bytes.
    #[schema(value_type = Object)]
    entry: Entry,
}

impl EntryView {
    pub fn of(listed: Listed) -> Self {
        let Listed { index, leaf, entry, projection, user } = listed;
        let Projection {
            kind,
            outcome,
            subject,
            room,
            scene,
            event,
            provider,
            reason,
            issuance,
            fingerprint: _,
            address,
        } = projection;
        let (uid, messaging) = match &entry.event {
            Event::TokenIssued(issued) => (issued.uid.map(Uid::get), Some(issued.messaging)),
            Event::TokenDenied(denied) => (denied.uid, Some(denied.messaging)),
            _ => (None, None),
        };
        let backend = match &entry.by {
            Actor::Backend { backend } => Some(backend.to_string()),
            _ => None,
        };
        Self {
            index,
            id: entry.id.to_string(),
            issuance_id: issuance.map(|issuance| issuance.to_string()),
            time: entry.t.to_string(),
            kind: kind.as_str(),
            outcome: outcome.map(Outcome::as_str),
            reason: reason.map(Reason::as_str),
            subject: subject.map(|subject| subject.to_string()),
            user: user.map(String::from),
            backend,
            room: room.map(String::from),
            scene: scene.map(String::from),
            event: event.map(String::from),
            provider: provider.map(String::from),
            uid,
            messaging,
            address,
            leaf: leaf.to_string(),
            entry,
        }
    }
}
