//! A room that a user may enter.

use roomkey_claims::Access;
use roomkey_storage::RoomOfUser;
use serde::Serialize;
use utoipa::ToSchema;

use super::member::PlaceView;
use crate::wire::texts::RoomIdText;
use crate::wire::words::RoleName;

/// A room that the user may enter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnRoomView {
    /// The room.
    #[schema(value_type = RoomIdText)]
    room_id: String,
    /// Whether nobody gets a key now.
    closed: bool,
    /// Whether an event must be named.
    event_required: bool,
    /// Whether a device must be named.
    per_device: bool,
    /// The role of everybody in an open room; null in a restricted one.
    #[schema(required, value_type = Option<RoleName>)]
    open_role: Option<&'static str>,
    /// What the user is there.
    memberships: Vec<PlaceView>,
}

impl OwnRoomView {
    /// The view of it.
    pub fn of(RoomOfUser { room, settings, memberships }: &RoomOfUser) -> Self {
        Self {
            room_id: room.to_string(),
            closed: settings.closed,
            event_required: settings.event_required,
            per_device: settings.per_device,
            open_role: match settings.access {
                Access::Restricted => None,
                Access::Open(role) => Some(role.as_str()),
            },
            memberships: memberships.iter().map(PlaceView::of).collect(),
        }
    }
}
