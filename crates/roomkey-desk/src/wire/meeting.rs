//! A meeting.

use roomkey_storage::MeetingRow;
use serde::Serialize;
use utoipa::ToSchema;

/// A meeting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeetingView {
    /// Its number in the room.
    number: u32,
    /// Its session at the provider.
    provider_room: String,
    /// When it started.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it ended; null while it runs.
    #[schema(required, format = DateTime)]
    ended_at: Option<String>,
}

impl MeetingView {
    pub fn of(MeetingRow { meeting, started_at, ended_at }: &MeetingRow) -> Self {
        Self {
            number: meeting.number,
            provider_room: meeting.provider_room.to_string(),
            started_at: started_at.to_string(),
            ended_at: ended_at.map(|at| at.to_string()),
        }
    }
}
