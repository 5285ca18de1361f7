//! `POST /livekit/token-source`: LiveKit's standard token endpoint.
//!
//! Specification: <https://docs.livekit.io/frontends/build/authentication/endpoint>; its own clients call it.
//! They may send an identity, a name, metadata, attributes and a room configuration: the desk decides these itself, and
//! refuses a request that sets one, as that page says.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::error::DeskError;
use roomkey_desk::tokens::issue::KeyRequest;
use roomkey_desk::tokens::rule::Claimed;
use roomkey_desk::wire::texts::RoomIdText;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::extract::fields::Fields;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::problem::fault::FieldError;
use crate::v1::tokens::answer;

/// What LiveKit's clients send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenSourceRequest {
    /// The room.
    #[schema(value_type = RoomIdText)]
    room_name: String,
    /// Refused where it is not empty.
    #[schema(value_type = Option<Object>)]
    room_config: Option<Value>,
    /// Refused where it is not empty.
    #[schema(value_type = Option<String>)]
    participant_name: Option<Value>,
    /// Refused where it is not empty.
    #[schema(value_type = Option<String>)]
    participant_identity: Option<Value>,
    /// Refused where it is not empty.
    #[schema(value_type = Option<String>)]
    participant_metadata: Option<Value>,
    /// Refused where it is not empty.
    #[schema(value_type = Option<Object>)]
    participant_attributes: Option<Value>,
}

/// What LiveKit's clients read.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenSourceAnswer {
    /// Where the LiveKit server is.
    server_url: String,
    /// The key.
    participant_token: String,
}

/// Whether a field says nothing: some clients send what they were not given as empty.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    }
}

impl TokenSourceRequest {
    fn parse(&self) -> Result<KeyRequest, ApiError> {
        let Self {
            room_name,
            room_config,
            participant_name,
            participant_identity,
            participant_metadata,
            participant_attributes,
        } = self;
        let decided = [
            ("/room_config", room_config),
            ("/participant_name", participant_name),
            ("/participant_identity", participant_identity),
            ("/participant_metadata", participant_metadata),
            ("/participant_attributes", participant_attributes),
        ];
        let set = decided
            .into_iter()
            .filter(|(_, value)| value.as_ref().is_some_and(|value| !is_empty(value)));
        let refused: Vec<FieldError> =
            set.map(|(pointer, _)| FieldError::new(pointer, "is decided by the desk")).collect();
        if !refused.is_empty() {
            return Err(ApiError::FieldNotAllowed(refused));
        }
        let mut fields = Fields::new();
        let room = fields.required("/room_name", room_name);
        let kind = fields.required("/provider", "livekit");
        let Some(room) = room else { return Err(fields.refuse()) };
        fields.done(KeyRequest {
            room,
            scene: None,
            event: None,
            device: None,
            seconds: None,
            kind,
            messaging: false,
            user: None,
            claimed: Claimed::NOTHING,
        })
    }
}

/// Issues a LiveKit key to LiveKit's own clients, by LiveKit's standard endpoint.
///
/// **Problems:** `field-not-allowed`, `device-required`, `inexpressible-grant`, `no-usable-key`, `busy`.
#[utoipa::path(post, path = "/livekit/token-source", tag = "Keys",
    request_body = TokenSourceRequest,
    responses((status = 201, body = TokenSourceAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn token_source(
    desk: Data<Desk>,
    Then(actor, StrictJson(body)): Then<Actor, StrictJson<TokenSourceRequest>>,
) -> Result<HttpResponse, ApiError> {
    let key = desk.tokens.issue(&desk.ground, &desk.provider, &actor, body.parse()?).await?;
    let url = key.answer.get("serverUrl").and_then(Value::as_str);
    let server_url =
        url.ok_or(DeskError::Internal("a LiveKit key without its server's address"))?.to_owned();
    let body = TokenSourceAnswer { server_url, participant_token: key.token.expose().to_owned() };
    Ok(answer::of(StatusCode::CREATED, key.index, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_desk_decides_may_be_sent_empty_only() {
        let parse = |body: &str| serde_json::from_str::<TokenSourceRequest>(body).unwrap().parse();
        for good in [
            r#"{"room_name":"a","room_config":{}}"#,
            r#"{"room_name":"a","participant_name":null}"#,
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for field in ["participant_name", "participant_identity", "participant_metadata"] {
            let body = format!(r#"{{"room_name":"a","{field}":"x"}}"#);
            assert!(matches!(parse(&body), Err(ApiError::FieldNotAllowed(_))), "{field}");
        }
        for bad in [
            r#"{"room_name":"a","room_config":{"agents":[]}}"#,
            r#"{"room_name":"a","participant_attributes":{"a":"b"}}"#,
        ] {
            assert!(matches!(parse(bad), Err(ApiError::FieldNotAllowed(_))), "{bad}");
        }
        assert!(matches!(parse(r#"{"room_name":"my room"}"#), Err(ApiError::Invalid(_))));
    }
}
