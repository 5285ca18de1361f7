//! An event with its window.

use roomkey_storage::WindowOfEvent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::texts::EventIdText;

/// An event with its window.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    /// The event.
    #[schema(value_type = EventIdText)]
    event_id: String,
    /// From when on it admits anybody.
    #[schema(required, format = DateTime)]
    from: Option<String>,
    /// Until when.
    #[schema(required, format = DateTime)]
    until: Option<String>,
}

impl EventView {
    pub fn of(WindowOfEvent { event, window }: &WindowOfEvent) -> Self {
        Self {
            event_id: event.to_string(),
            from: window.from.map(|at| at.to_string()),
            until: window.until.map(|at| at.to_string()),
        }
    }
}
