//! A room on the wire.

use roomkey_claims::Access;
use roomkey_storage::Room;
use serde::Serialize;
use utoipa::ToSchema;

/// A room.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomView {
    /// The room.
    room_id: String,
    /// The provider profile that it lives on, as the settings name it.
    provider: String,
    /// The role that any enabled user enters with; null where only members enter.
    #[schema(required, value_type = Option<RoleName>)]
    open_role: Option<&'static str>,
    /// Whether an event must be named.
    event_required: bool,
    /// Whether identities are per device, so that a device must be named.
    per_device: bool,
    /// Whether the user's DID stands in the token's metadata.
    with_did: bool,
    /// Whether participants are texts where the provider would take numbers.
    string_accounts: bool,
    /// How media flow in the sessions of meetings, where the provider makes sessions.
    #[schema(value_type = MediaMode)]
    media_mode: &'static str,
    /// Whether media are encrypted from end to end.
    e2ee: bool,
    /// Whether meetings are recorded.
    #[schema(value_type = ArchiveMode)]
    archive_mode: &'static str,
    /// Shortest lifetime, in seconds, where the room narrows the desk's.
    #[schema(required)]
    min_seconds: Option<u32>,
    /// Lifetime for which nobody asked, in seconds, where it is not the desk's.
    #[schema(required)]
    default_seconds: Option<u32>,
    /// Longest lifetime, in seconds, where the room narrows the desk's.
    #[schema(required)]
    max_seconds: Option<u32>,
    /// Whether nobody gets a key now.
    closed: bool,
}

/// A role in a room.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case", as = Role)]
pub enum RoleName {
    /// Sees and hears.
    Subscriber,
    /// Sees, hears, sends.
    Publisher,
    /// Sends only.
    PublisherOnly,
    /// A publisher who moderates.
    Moderator,
}

/// How media flow in a session.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum MediaMode {
    /// From client to client where the network lets them.
    Relayed,
    /// Through the provider's media router.
    Routed,
}

/// Whether a session is recorded.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum ArchiveMode {
    /// Where somebody starts a recording.
    Manual,
    /// From its start on.
    Always,
}

impl RoomView {
    pub fn of(Room { room, settings }: &Room) -> Self {
        Self {
            room_id: room.to_string(),
            provider: settings.profile.to_string(),
            open_role: match settings.access {
                Access::Restricted => None,
                Access::Open(role) => Some(role.as_str()),
            },
            event_required: settings.event_required,
            per_device: settings.per_device,
            with_did: settings.with_did,
            string_accounts: settings.string_accounts,
            media_mode: settings.session.media.as_str(),
            e2ee: settings.session.e2ee,
            archive_mode: settings.session.archive.as_str(),
            min_seconds: settings.bounds.min,
            default_seconds: settings.bounds.default,
            max_seconds: settings.bounds.max,
            closed: settings.closed,
        }
    }
}
