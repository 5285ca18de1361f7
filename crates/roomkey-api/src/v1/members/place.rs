//! Which of a user's memberships in a room.

use roomkey_claims::{EventId, SceneId};
use roomkey_desk::wire::texts::{EventIdText, SceneIdText};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::fields::Fields;
use crate::problem::error::ApiError;

/// Where in the room the user is no member any more.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlaceQuery {
    /// The scene that the membership is for.
    #[param(value_type = Option<SceneIdText>)]
    scene: Option<String>,
    /// The event that the membership is for.
    #[param(value_type = Option<EventIdText>)]
    event: Option<String>,
}

impl PlaceQuery {
    /// Scene and event, held to their patterns.
    pub(crate) fn parse(&self) -> Result<(Option<SceneId>, Option<EventId>), ApiError> {
        let mut fields = Fields::new();
        let scene = fields.optional("/scene", self.scene.as_deref());
        let event = fields.optional("/event", self.event.as_deref());
        fields.done((scene, event))
    }
}
