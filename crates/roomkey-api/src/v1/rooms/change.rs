//! `PATCH /v1/rooms/{roomId}`.

use actix_web::web::{Data, Json, Path};
use roomkey_claims::{Access, Role, RoomId};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::extract::fields::{Fields, segment};
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use roomkey_desk::authority::Admin;
use roomkey_desk::desk::Desk;
use roomkey_desk::rooms;
use roomkey_desk::rooms::change::Edit;
use roomkey_desk::rooms::change::RoomChange;
use roomkey_desk::wire::room::{ArchiveMode, MediaMode, RoleName, RoomView};

/// What is to change about a room; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeRoomRequest {
    /// The provider profile.
    provider: Option<String>,
    /// The role that any enabled user enters with; null lets only members enter.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<RoleName>)]
    open_role: Edit<String>,
    /// Whether an event must be named.
    event_required: Option<bool>,
    /// Whether identities are per device.
    per_device: Option<bool>,
    /// Whether the user's DID stands in the token's metadata.
    with_did: Option<bool>,
    /// Whether participants are texts where the provider would take numbers.
    string_accounts: Option<bool>,
    /// How media flow in the sessions of meetings.
    #[schema(value_type = Option<MediaMode>)]
    media_mode: Option<String>,
    /// Whether media are encrypted from end to end.
    e2ee: Option<bool>,
    /// Whether meetings are recorded.
    #[schema(value_type = Option<ArchiveMode>)]
    archive_mode: Option<String>,
    /// Shortest lifetime, in seconds; null takes the desk's.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<i64>)]
    min_seconds: Edit<i64>,
    /// Lifetime for which nobody asked, in seconds; null takes the desk's.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<i64>)]
    default_seconds: Edit<i64>,
    /// Longest lifetime, in seconds; null takes the desk's.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<i64>)]
    max_seconds: Edit<i64>,
}

/// A value that is there clears or sets; one that is absent keeps.
fn edit<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Edit<T>, D::Error> {
    Ok(Option::deserialize(from)?.map_or(Edit::Clear, Edit::Set))
}

fn seconds(fields: &mut Fields, pointer: &str, edit: &Edit<i64>) -> Edit<u32> {
    match edit {
        Edit::Keep => Edit::Keep,
        Edit::Clear => Edit::Clear,
        Edit::Set(seconds) => fields.seconds(pointer, Some(*seconds)).map_or(Edit::Keep, Edit::Set),
    }
}

impl ChangeRoomRequest {
    fn parse(&self) -> Result<RoomChange, ApiError> {
        let mut fields = Fields::new();
        let change = RoomChange {
            profile: fields.optional("/provider", self.provider.as_deref()),
            access: match &self.open_role {
                Edit::Keep => None,
                Edit::Clear => Some(Access::Restricted),
                Edit::Set(role) => fields.required::<Role>("/openRole", role).map(Access::Open),
            },
            event_required: self.event_required,
            per_device: self.per_device,
            with_did: self.with_did,
            string_accounts: self.string_accounts,
            media: fields.optional("/mediaMode", self.media_mode.as_deref()),
            e2ee: self.e2ee,
            archive: fields.optional("/archiveMode", self.archive_mode.as_deref()),
            min: seconds(&mut fields, "/minSeconds", &self.min_seconds),
            default: seconds(&mut fields, "/defaultSeconds", &self.default_seconds),
            max: seconds(&mut fields, "/maxSeconds", &self.max_seconds),
        };
        fields.done(change)
    }
}

/// Changes a room's settings; another profile ends the running meeting.
///
/// **Requires:** the role `admin`.
///
/// **Problems:** `no-such-room`, `unknown-profile`, `room-bounds`, `room-settings`.
#[utoipa::path(patch, path = "/v1/rooms/{roomId}", tag = "Rooms", security(("session" = [])),
    params(("roomId" = String, Path, description = "The room")), request_body = ChangeRoomRequest,
    responses((status = 200, body = RoomView, description = "The room as it is now")))]
pub(crate) async fn change_room(
    desk: Data<Desk>,
    path: Path<String>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<ChangeRoomRequest>>,
) -> Result<Json<RoomView>, ApiError> {
    let room: RoomId = segment("roomId", &path)?;
    rooms::change::change(&desk.ground, &desk.tokens, &admin, room.clone(), body.parse()?).await?;
    Ok(Json(RoomView::of(&rooms::show(&desk.ground, &admin, room).await?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keeps_null_clears_and_a_value_sets() {
        let parse =
            |body: &str| serde_json::from_str::<ChangeRoomRequest>(body).unwrap().parse().unwrap();
        let change = parse(r#"{"openRole":null,"minSeconds":90,"maxSeconds":null}"#);
        assert_eq!((change.access, change.min), (Some(Access::Restricted), Edit::Set(90)));
        assert_eq!((change.default, change.max), (Edit::Keep, Edit::Clear));
        assert_eq!(parse("{}").access, None);
    }
}
