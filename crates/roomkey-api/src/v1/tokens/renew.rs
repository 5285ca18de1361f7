//! `POST /v1/tokens/{issuanceId}/renew`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::numbers::TtlSeconds;
use roomkey_desk::wire::texts::IssuanceIdText;
use roomkey_desk::wire::token::KeyAnswer;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::{Fields, segment};
use crate::extract::json::OptionalJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::v1::tokens::answer;

/// For how long the next key is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RenewBody {
    /// The lifetime in seconds; the room's default where it is absent.
    #[schema(value_type = Option<TtlSeconds>)]
    ttl_seconds: Option<i64>,
}

/// Renews a key: everything is decided again, for the same room, scene, event and device, in the current meeting.
///
/// **Problems:** `lifetime-out-of-bounds`, `inexpressible-grant`, `no-usable-key`, `no-meeting`,
/// `provider-refused`, `provider-unavailable`, `busy`.
#[utoipa::path(post, path = "/v1/tokens/{issuanceId}/renew", tag = "Keys",
    params(("issuanceId" = IssuanceIdText, Path, description = "The issuance to renew")), request_body = RenewBody,
    responses((status = 200, body = KeyAnswer, description = "The next key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn renew(
    desk: Data<Desk>,
    path: Path<String>,
    Then(actor, OptionalJson(body)): Then<Actor, OptionalJson<RenewBody>>,
) -> Result<HttpResponse, ApiError> {
    let issuance = segment("issuanceId", &path)?;
    let mut fields = Fields::new();
    let seconds = fields.seconds("/ttlSeconds", body.ttl_seconds);
    let seconds = fields.done(seconds)?;
    Ok(answer::neutral(
        desk.tokens.renew(&desk.ground, &desk.provider, &actor, issuance, seconds).await?,
    ))
}
