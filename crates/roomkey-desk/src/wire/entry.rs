//! An entry on the wire.

use roomkey_audit::{Actor, Entry, Event, Outcome, Projection};
use roomkey_claims::{Reason, Uid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::listed::Listed;
use crate::wire::texts::{
    AddressPrefixText, BackendRefText, EntryIdText, EventIdText, IssuanceIdText, ProviderKindText,
    RoomIdText, SceneIdText, SubjectRefText, UsernameText,
};
use crate::wire::words::{KindName, OutcomeName, ReasonName};

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    /// Its index: gapless, in the order of the commits.
    index: u64,
    /// Its id.
    #[schema(value_type = EntryIdText)]
    id: String,
    /// The issuance that it records.
    #[schema(required, value_type = Option<IssuanceIdText>)]
    issuance_id: Option<String>,
    /// When it was recorded.
    #[schema(format = DateTime)]
    time: String,
    /// Its kind.
    #[schema(value_type = KindName)]
    kind: &'static str,
    /// Whether a key was issued or denied.
    #[schema(required, value_type = Option<OutcomeName>)]
    outcome: Option<&'static str>,
    /// Why a key was denied.
    #[schema(required, value_type = Option<ReasonName>)]
    reason: Option<&'static str>,
    /// The id of the user whom it concerns.
    #[schema(required, value_type = Option<SubjectRefText>)]
    subject: Option<String>,
    /// The name of that user, where the user still exists.
    #[schema(required, value_type = Option<UsernameText>)]
    user: Option<String>,
    /// The API key of the backend that asked, where one did.
    #[schema(required, value_type = Option<BackendRefText>)]
    backend: Option<String>,
    /// The room.
    #[schema(required, value_type = Option<RoomIdText>)]
    room: Option<String>,
    /// The scene.
    #[schema(required, value_type = Option<SceneIdText>)]
    scene: Option<String>,
    /// The event.
    #[schema(required, value_type = Option<EventIdText>)]
    event: Option<String>,
    /// The kind of provider.
    #[schema(required, value_type = Option<ProviderKindText>)]
    provider: Option<String>,
    /// The participant's number: the one that the key is for, or the one that the client wanted.
    #[schema(required)]
    uid: Option<u32>,
    /// Whether the provider's messaging was asked for too.
    #[schema(required)]
    messaging: Option<bool>,
    /// The truncated address of who was not authenticated.
    #[schema(required, value_type = Option<AddressPrefixText>)]
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
