//! `GET /compat/opentok/{roomId}/session` and `GET /compat/opentok/room/{roomId}`: OpenTok's sample servers.
//!
//! The vendor's sample apps for browsers and phones ask one of these for a key (`opentok/learning-opentok-node`).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use roomkey_claims::{ProviderKind, RoomId};
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::error::DeskError;
use roomkey_desk::rooms;
use roomkey_desk::tokens::issue::{IssuedKey, KeyRequest};
use roomkey_desk::tokens::rule::Claimed;
use roomkey_desk::wire::texts::RoomIdText;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::extract::fields::segment;
use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::v1::tokens::answer;

/// No parameters: what a query says of a role or a user would be ignored in silence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoQuery {}

/// What the sample apps read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SampleAnswer {
    /// The API key, or the id of the application with Vonage Video.
    api_key: String,
    /// The session of the running meeting.
    session_id: String,
    /// The key.
    token: String,
}

/// Issues a key to a sample app of OpenTok, for the room that its server's address names.
///
///
/// **Problems:** `device-required`, `no-usable-key`, `user-required`, `no-meeting`, `provider-refused`,
/// `provider-unavailable`, `busy`.
#[utoipa::path(get, path = "/compat/opentok/{roomId}/session", tag = "Compatibility",
    params(("roomId" = RoomIdText, Path, description = "The room")),
    responses((status = 200, body = SampleAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn key_for_session(
    desk: Data<Desk>,
    path: Path<String>,
    Then(actor, StrictQuery(NoQuery {})): Then<Actor, StrictQuery<NoQuery>>,
) -> Result<HttpResponse, ApiError> {
    issue(&desk, &actor, segment("roomId", &path)?).await
}

/// Issues a key to a sample app of OpenTok, for the room that the app names.
///
///
/// **Problems:** `device-required`, `no-usable-key`, `user-required`, `no-meeting`, `provider-refused`,
/// `provider-unavailable`, `busy`.
#[utoipa::path(get, path = "/compat/opentok/room/{roomId}", tag = "Compatibility",
    params(("roomId" = RoomIdText, Path, description = "The room")),
    responses((status = 200, body = SampleAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn key_for_named_room(
    desk: Data<Desk>,
    path: Path<String>,
    Then(actor, StrictQuery(NoQuery {})): Then<Actor, StrictQuery<NoQuery>>,
) -> Result<HttpResponse, ApiError> {
    issue(&desk, &actor, segment("roomId", &path)?).await
}

async fn issue(desk: &Desk, actor: &Actor, room: RoomId) -> Result<HttpResponse, ApiError> {
    let kind = kind_to_ask(rooms::provider::kind_of(&desk.ground, &desk.tokens, &room).await?)?;
    let request = KeyRequest {
        room,
        scene: None,
        event: None,
        device: None,
        seconds: None,
        kind: Some(kind),
        messaging: false,
        user: None,
        claimed: Claimed::NOTHING,
    };
    let key = desk.tokens.issue(&desk.ground, &desk.provider, actor, request).await?;
    let index = key.index;
    Ok(answer::of(StatusCode::OK, index, sample_answer(&key)?))
}

/// The provider that is asked: the room's where its clients are OpenTok's, else OpenTok, which is then denied like any
/// other key that the user may not have.
fn kind_to_ask(of_room: Option<ProviderKind>) -> Result<ProviderKind, DeskError> {
    match of_room {
        Some(kind) if kind.as_str() == "vonage" => Ok(kind),
        Some(_) | None => "opentok".parse().map_err(|_| DeskError::Internal("a kind that is none")),
    }
}

fn sample_answer(key: &IssuedKey) -> Result<SampleAnswer, DeskError> {
    let text = |name: &str| key.answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let account = text("apiKey").or_else(|| text("applicationId"));
    let missing = || DeskError::Internal("a key without its account or its session");
    Ok(SampleAnswer {
        api_key: account.ok_or_else(missing)?,
        session_id: text("sessionId").ok_or_else(missing)?,
        token: key.token.expose().to_owned(),
    })
}
