//! `GET /compat/agora/rte/{channel}/{role}/{tokentype}/{uid}` and the same with `/{rtmuid}`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::tokens::issue::KeyRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::compat::agora::answer;
use crate::compat::agora::answer::Participant;
use crate::compat::agora::asked::{Asked, ChannelPath, ExpiryQuery, check_account};
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// The account for messaging, behind the place in the channel.
#[derive(Debug, Deserialize)]
pub(crate) struct AccountPath {
    rtmuid: String,
}

/// A key for a channel and for messaging.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RteAnswer {
    /// The key, for the channel and for messaging.
    rtc_token: String,
    /// The same key.
    rtm_token: String,
    /// The number, or the account, to join the channel with.
    uid: Participant,
    /// The channel to join.
    channel: String,
    /// The account to log in to messaging with.
    rtm_user_id: String,
}

/// Issues an Agora key for a channel and for messaging, by the path of Agora's token service.
///
/// The account for messaging is the identity of the user, and is answered in `rtmUserId`.
/// The channel is the room; role and number are checked, never granted.
/// A slash behind the path is accepted; problems also have the members `error` and `message`, both the detail.
///
/// **Problems:** `wildcard-uid`, `other-uid`, `no-numbers`, `other-account`, `meeting-runs`, `lifetime-out-of-bounds`,
/// `device-required`, `inexpressible-grant`, `user-required`, `no-usable-key`, `busy`.
#[utoipa::path(get, path = "/compat/agora/rte/{channel}/{role}/{tokentype}/{uid}", tag = "Compatibility",
    params(
        ("channel" = String, Path, description = "The room"),
        ("role" = String, Path, description = "The role that is needed: `publisher` or `subscriber`"),
        ("tokentype" = String, Path, description = "`uid` for a number, `userAccount` for an account"),
        ("uid" = String, Path, description = "The number or the account that the desk assigned"),
        ("expiry" = Option<String>, Query, description = "The lifetime in seconds; the room's default where it is absent")),
    responses((status = 200, body = RteAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn rte(
    desk: Data<Desk>,
    path: Path<ChannelPath>,
    Then(actor, StrictQuery(query)): Then<Actor, StrictQuery<ExpiryQuery>>,
) -> Result<HttpResponse, ApiError> {
    let request = Asked::read(&path, &query, true)?.request(&actor)?;
    issue(&desk, &actor, request).await
}

/// Issues an Agora key for a channel and for messaging with an account, by the path of Agora's token service.
///
/// The account for messaging must be the identity of the user.
/// The channel is the room; role and number are checked, never granted.
/// A slash behind the path is accepted; problems also have the members `error` and `message`, both the detail.
///
/// **Problems:** `wildcard-uid`, `other-uid`, `no-numbers`, `other-account`, `meeting-runs`, `lifetime-out-of-bounds`,
/// `device-required`, `inexpressible-grant`, `user-required`, `no-usable-key`, `busy`.
#[utoipa::path(get, path = "/compat/agora/rte/{channel}/{role}/{tokentype}/{uid}/{rtmuid}", tag = "Compatibility",
    params(
        ("channel" = String, Path, description = "The room"),
        ("role" = String, Path, description = "The role that is needed: `publisher` or `subscriber`"),
        ("tokentype" = String, Path, description = "`uid` for a number, `userAccount` for an account"),
        ("uid" = String, Path, description = "The number or the account that the desk assigned"),
        ("rtmuid" = String, Path, description = "The account for messaging: the identity of the user"),
        ("expiry" = Option<String>, Query, description = "The lifetime in seconds; the room's default where it is absent")),
    responses((status = 200, body = RteAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn rte_with_account(
    desk: Data<Desk>,
    path: Path<ChannelPath>,
    account: Path<AccountPath>,
    Then(actor, StrictQuery(query)): Then<Actor, StrictQuery<ExpiryQuery>>,
) -> Result<HttpResponse, ApiError> {
    let request = Asked::read(&path, &query, true)?.request(&actor)?;
    check_account(&actor, &account.rtmuid)?;
    issue(&desk, &actor, request).await
}

async fn issue(desk: &Desk, actor: &Actor, request: KeyRequest) -> Result<HttpResponse, ApiError> {
    let key = desk.tokens.issue(&desk.ground, &desk.provider, actor, request).await?;
    let body = RteAnswer {
        rtc_token: key.token.expose().to_owned(),
        rtm_token: key.token.expose().to_owned(),
        uid: Participant::of(&key.grant),
        channel: key.grant.provider_room.to_string(),
        rtm_user_id: key.grant.identity.to_string(),
    };
    Ok(answer::key(key.index, body))
}
