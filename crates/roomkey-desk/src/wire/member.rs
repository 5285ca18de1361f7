//! A member on the wire.

use std::collections::BTreeSet;

use roomkey_claims::{Membership, Source, Sources};
use roomkey_storage::Member;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::texts::{EventIdText, SceneIdText, SubjectRefText, UsernameText};
use crate::wire::words::{RoleName, SourceName};

/// What somebody is in a room, or in a scene or an event of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceView {
    /// Only for this scene.
    #[schema(required, value_type = Option<SceneIdText>)]
    scene_id: Option<String>,
    /// Only for this event.
    #[schema(required, value_type = Option<EventIdText>)]
    event_id: Option<String>,
    /// The role.
    #[schema(value_type = RoleName)]
    role: &'static str,
    /// The sources that may be published; null for all of them.
    #[schema(required, value_type = Option<Vec<SourceName>>, min_items = 1)]
    sources: Option<Vec<&'static str>>,
}

impl PlaceView {
    pub fn of(Membership { scene, event, role, sources }: &Membership) -> Self {
        let names = |set: &BTreeSet<Source>| set.iter().map(|source| source.as_str()).collect();
        Self {
            scene_id: scene.as_ref().map(ToString::to_string),
            event_id: event.as_ref().map(ToString::to_string),
            role: role.as_str(),
            sources: match sources {
                Sources::All => None,
                Sources::Only(set) => Some(names(set)),
            },
        }
    }
}

/// A member of a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// The user.
    #[schema(value_type = UsernameText)]
    username: String,
    /// The id by which the log knows the user.
    #[schema(value_type = SubjectRefText)]
    subject: String,
    /// What the user is there.
    #[serde(flatten)]
    place: PlaceView,
}

impl MemberView {
    pub fn of(Member { username, subject, membership }: &Member) -> Self {
        Self {
            username: username.to_string(),
            subject: subject.to_string(),
            place: PlaceView::of(membership),
        }
    }
}
