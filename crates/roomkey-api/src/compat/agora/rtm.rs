//! `GET /compat/agora/rtm/{uid}`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_claims::RoomId;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use serde::Serialize;
use utoipa::ToSchema;

use crate::compat::agora::answer;
use crate::compat::agora::asked::{Asked, ExpiryQuery, check_account};
use crate::extract::fields::Fields;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::problem::vendor::CompatFault;
use crate::settings::HttpSettings;

/// A key for messaging.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RtmAnswer {
    /// The key.
    rtm_token: String,
    /// The account to log in with.
    uid: String,
    /// The room by which it was decided, which the key admits to as well.
    channel: String,
}

/// The room that decides about messaging alone, which knows no rooms at Agora.
pub(crate) fn room(settings: &HttpSettings) -> Result<RoomId, ApiError> {
    let room = settings.compat.agora_rtm_room.clone();
    Ok(room.ok_or(CompatFault::NoMessagingRoom)?)
}

/// Issues an Agora key for messaging, by the path of Agora's token service.
///
/// The room of the setting `[compat] agora_rtm_room` decides; without one nobody gets such a key.
/// A slash behind the path is accepted; problems also have the members `error` and `message`, both the detail.
///
/// **Problems:** `no-messaging-room`, `other-account`, `meeting-runs`, `lifetime-out-of-bounds`, `device-required`,
/// `inexpressible-grant`, `user-required`, `no-usable-key`, `busy`.
#[utoipa::path(get, path = "/compat/agora/rtm/{uid}", tag = "Compatibility",
    params(
        ("uid" = String, Path, description = "The account: the identity of the user"),
        ("expiry" = Option<String>, Query, description = "The lifetime in seconds; the room's default where it is absent")),
    responses((status = 200, body = RtmAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn rtm(
    desk: Data<Desk>,
    settings: Data<HttpSettings>,
    path: Path<String>,
    Then(actor, StrictQuery(query)): Then<Actor, StrictQuery<ExpiryQuery>>,
) -> Result<HttpResponse, ApiError> {
    let mut fields = Fields::new();
    let seconds = query.seconds(&mut fields);
    let seconds = fields.done(seconds)?;
    let channel = room(&settings)?;
    check_account(&actor, &path)?;
    let asked = Asked { channel, role: None, joins: None, seconds, messaging: true };
    let key =
        desk.tokens.issue(&desk.ground, &desk.provider, &actor, asked.request(&actor)?).await?;
    let body = RtmAnswer {
        rtm_token: key.token.expose().to_owned(),
        uid: key.grant.identity.to_string(),
        channel: key.grant.provider_room.to_string(),
    };
    Ok(answer::key(key.index, body))
}
