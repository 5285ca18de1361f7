//! `GET /compat/agora/rtc/{channel}/{role}/{tokentype}/{uid}`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use serde::Serialize;
use utoipa::ToSchema;

use crate::compat::agora::answer;
use crate::compat::agora::answer::Participant;
use crate::compat::agora::asked::{Asked, ChannelPath, ExpiryQuery};
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// A key for a channel.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RtcAnswer {
    /// The key.
    rtc_token: String,
    /// The number, or the account, to join with.
    uid: Participant,
    /// The channel to join.
    channel: String,
}

/// Issues an Agora key for a channel, by the path of Agora's token service.
///
/// The channel is the room; role and number are checked, never granted.
/// A slash behind the path is accepted; problems also have the members `error` and `message`, both the detail.
///
/// **Problems:** `wildcard-uid`, `other-uid`, `no-numbers`, `other-account`, `meeting-runs`, `lifetime-out-of-bounds`,
/// `device-required`, `inexpressible-grant`, `user-required`, `no-usable-key`, `busy`.
#[utoipa::path(get, path = "/compat/agora/rtc/{channel}/{role}/{tokentype}/{uid}", tag = "Compatibility",
    params(
        ("channel" = String, Path, description = "The room"),
        ("role" = String, Path, description = "The role that is needed: `publisher` or `subscriber`"),
        ("tokentype" = String, Path, description = "`uid` for a number, `userAccount` for an account"),
        ("uid" = String, Path, description = "The number or the account that the desk assigned"),
        ("expiry" = Option<String>, Query, description = "The lifetime in seconds; the room's default where it is absent")),
    responses((status = 200, body = RtcAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn rtc(
    desk: Data<Desk>,
    path: Path<ChannelPath>,
    Then(actor, StrictQuery(query)): Then<Actor, StrictQuery<ExpiryQuery>>,
) -> Result<HttpResponse, ApiError> {
    let request = Asked::read(&path, &query, false)?.request(&actor)?;
    let key = desk.tokens.issue(&desk.ground, &desk.provider, &actor, request).await?;
    let body = RtcAnswer {
        rtc_token: key.token.expose().to_owned(),
        uid: Participant::of(&key.grant),
        channel: key.grant.provider_room.to_string(),
    };
    Ok(answer::key(key.index, body))
}
