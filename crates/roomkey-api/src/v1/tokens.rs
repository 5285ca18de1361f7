//! Keys: asked for at a provider's path, at the neutral one, at LiveKit's standard endpoint, and renewed.

pub(crate) mod answer;
pub(crate) mod renew;
pub(crate) mod request;
pub(crate) mod token_source;

use actix_web::HttpResponse;
use actix_web::web::Data;
use roomkey_claims::ProviderKind;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::token::KeyAnswer;

use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::v1::tokens::request::KeyBody;

/// Issues a key for a room at this provider.
///
/// **Problems:** `lifetime-out-of-bounds`, `device-required`, `field-not-allowed`, `inexpressible-grant`,
/// `no-usable-key`, `user-required`, `no-meeting`, `provider-refused`, `provider-unavailable`, `busy`.
#[utoipa::path(post, path = "/{provider}/token", tag = "Keys", request_body = KeyBody,
    responses((status = 200, body = KeyAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn provider_token(
    kind: ProviderKind,
    desk: Data<Desk>,
    Then(actor, StrictJson(body)): Then<Actor, StrictJson<KeyBody>>,
) -> Result<HttpResponse, ApiError> {
    let request = body.parse(Some(kind))?;
    Ok(answer::of_provider(desk.tokens.issue(&desk.ground, &desk.provider, &actor, request).await?))
}

/// Issues a key for a room, whose provider the room knows.
///
/// **Problems:** `lifetime-out-of-bounds`, `device-required`, `field-not-allowed`, `inexpressible-grant`,
/// `no-usable-key`, `user-required`, `no-meeting`, `provider-refused`, `provider-unavailable`, `busy`.
#[utoipa::path(post, path = "/v1/tokens", tag = "Keys", request_body = KeyBody,
    responses((status = 200, body = KeyAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn token(
    desk: Data<Desk>,
    Then(actor, StrictJson(body)): Then<Actor, StrictJson<KeyBody>>,
) -> Result<HttpResponse, ApiError> {
    let request = body.parse(None)?;
    Ok(answer::neutral(desk.tokens.issue(&desk.ground, &desk.provider, &actor, request).await?))
}
