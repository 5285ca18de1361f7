//! `POST /v1/rooms/{roomId}/members`.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_claims::{Membership, Source, Sources, Username};
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::members;
use roomkey_desk::wire::texts::{EventIdText, RoomIdText, SceneIdText, UsernameText};
use roomkey_desk::wire::words::{RoleName, SourceName};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::{Fields, segment};
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// What a user is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MemberRequest {
    /// The user.
    #[schema(value_type = UsernameText)]
    username: String,
    /// The role.
    #[schema(value_type = RoleName)]
    role: String,
    /// Only for this scene.
    #[schema(value_type = Option<SceneIdText>)]
    scene_id: Option<String>,
    /// Only for this event.
    #[schema(value_type = Option<EventIdText>)]
    event_id: Option<String>,
    /// The sources that may be published, at least one; all of them where it is absent.
    #[schema(value_type = Option<Vec<SourceName>>, min_items = 1)]
    sources: Option<Vec<String>>,
}

impl MemberRequest {
    fn parse(&self) -> Result<(Username, Membership), ApiError> {
        let mut fields = Fields::new();
        let username = fields.required("/username", &self.username);
        let role = fields.required("/role", &self.role);
        let scene = fields.optional("/sceneId", self.scene_id.as_deref());
        let event = fields.optional("/eventId", self.event_id.as_deref());
        let sources = sources(&mut fields, self.sources.as_deref());
        let (Some(username), Some(role)) = (username, role) else { return Err(fields.refuse()) };
        fields.done((username, Membership { scene, event, role, sources }))
    }
}

fn sources(fields: &mut Fields, names: Option<&[String]>) -> Sources {
    let known = |name: &String| Source::ALL.into_iter().find(|source| source.as_str() == name);
    let set: Option<Option<BTreeSet<Source>>> =
        names.map(|names| names.iter().map(known).collect());
    match set {
        None => Sources::All,
        Some(None) => {
            fields.wrong(
                "/sources",
                "must be of camera, microphone, screen_share, screen_share_audio",
            );
            Sources::All
        }
        Some(Some(set)) => Sources::try_from(Some(set)).unwrap_or_else(|error| {
            fields.wrong("/sources", error);
            Sources::All
        }),
    }
}

/// Makes a user a member of a room, or changes what the member is.
///
/// **Problems:** `no-such-room`, `no-such-user`.
#[utoipa::path(post, path = "/v1/rooms/{roomId}/members", tag = "Members",
    params(("roomId" = RoomIdText, Path, description = "The room")), request_body = MemberRequest,
    responses((status = 204, description = "The user is the member that was asked for")))]
pub(crate) async fn add_member(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<MemberRequest>>,
) -> Result<HttpResponse, ApiError> {
    let room = segment("roomId", &path)?;
    let (username, member) = body.parse()?;
    members::add(&desk.ground, &admin, room, username, member).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_on_sources_names_at_least_one_that_exists() {
        let parse = |sources: &str| {
            let body = format!(r#"{{"username":"ada","role":"publisher","sources":{sources}}}"#);
            serde_json::from_str::<MemberRequest>(&body)
                .unwrap()
                .parse()
                .map(|(_, member)| member.sources)
        };
        assert_eq!(parse("null").unwrap(), Sources::All);
        assert_eq!(parse(r#"["camera"]"#).unwrap(), Sources::Only([Source::Camera].into()));
        assert!(parse("[]").is_err() && parse(r#"["camera","telescope"]"#).is_err());
    }
}
