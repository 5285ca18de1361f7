//! `POST /compat/agora/getToken`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::compat::agora::answer;
use crate::compat::agora::answer::Participant;
use crate::compat::agora::asked::{Asked, Joins, check_account, invalid, role};
use crate::compat::agora::rtm;
use crate::extract::fields::Fields;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::problem::vendor::CompatFault;
use crate::settings::HttpSettings;

/// What Agora's token service is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AgoraTokenRequest {
    /// `rtc` for a channel, `rtm` for messaging; `chat` is always refused.
    token_type: String,
    /// The room; for messaging alone it may be absent.
    channel: Option<String>,
    /// The role that is needed: `publisher` or `subscriber`; not for messaging.
    role: Option<String>,
    /// The number or the account that the desk assigned, as a text.
    uid: Option<String>,
    /// The lifetime in seconds; the room's default where it is absent or 0.
    #[schema(value_type = Option<u32>)]
    expire: Option<Value>,
}

/// What Agora's token service answers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgoraTokenAnswer {
    /// The key.
    token: String,
    /// The number, or the account, to join with.
    uid: Participant,
    /// The channel to join.
    channel: String,
}

impl AgoraTokenRequest {
    /// Reads a request for a channel.
    fn of_channel(&self) -> Result<Asked<'_>, ApiError> {
        let mut fields = Fields::new();
        let channel = fields.required("/channel", self.channel.as_deref().unwrap_or_default());
        let role = role(&mut fields, self.role.as_deref().unwrap_or_default());
        let joins = Joins::of_text(&mut fields, self.uid.as_deref().unwrap_or_default());
        let seconds = self.seconds(&mut fields);
        let Some(channel) = channel else { return Err(fields.refuse()) };
        fields.done(Asked { channel, role, joins, seconds, messaging: false })
    }

    /// Reads a request for messaging, in a channel or alone.
    fn of_messaging(&self, settings: &HttpSettings) -> Result<Asked<'_>, ApiError> {
        let mut fields = Fields::new();
        let channel = self.channel.as_deref().filter(|channel| !channel.is_empty());
        let named = fields.optional("/channel", channel);
        let role = self.role.as_deref().and_then(|text| role(&mut fields, text));
        let seconds = self.seconds(&mut fields);
        let named = fields.done(named)?;
        let channel = named.map_or_else(|| rtm::room(settings), Ok)?;
        Ok(Asked { channel, role, joins: None, seconds, messaging: true })
    }

    fn seconds(&self, fields: &mut Fields) -> Option<u32> {
        let seconds = self.expire.as_ref().filter(|value| !value.is_null())?;
        if let Some(Ok(seconds)) = seconds.as_u64().map(u32::try_from) {
            return Some(seconds).filter(|seconds| *seconds != 0);
        }
        fields.wrong("/expire", "must be whole seconds from 0, the default, to 4294967295");
        None
    }
}

/// Issues an Agora key, by the path of Agora's token service.
///
/// Role and number are checked, never granted.
/// A slash behind the path is accepted; problems also have the members `error` and `message`, both the detail.
///
/// **Problems:** `wildcard-uid`, `other-uid`, `no-numbers`, `other-account`, `never-issued`, `no-messaging-room`,
/// `meeting-runs`, `lifetime-out-of-bounds`, `device-required`, `inexpressible-grant`, `user-required`,
/// `no-usable-key`, `busy`.
#[utoipa::path(post, path = "/compat/agora/getToken", tag = "Compatibility",
    request_body = AgoraTokenRequest,
    responses((status = 200, body = AgoraTokenAnswer, description = "The key; its record is durable",
        headers(("Audit-Index" = u64, description = "The index of the entry that records it")))))]
pub(crate) async fn get_token(
    desk: Data<Desk>,
    settings: Data<HttpSettings>,
    Then(actor, StrictJson(body)): Then<Actor, StrictJson<AgoraTokenRequest>>,
) -> Result<HttpResponse, ApiError> {
    let asked = match &*body.token_type {
        "rtc" => body.of_channel()?,
        "rtm" => {
            let asked = body.of_messaging(&settings)?;
            check_account(&actor, body.uid.as_deref().unwrap_or_default())?;
            asked
        }
        "chat" => return Err(CompatFault::NeverIssued.into()),
        _ => return Err(invalid("/tokenType", "must be `rtc` or `rtm`")),
    };
    let messaging = asked.messaging;
    let key =
        desk.tokens.issue(&desk.ground, &desk.provider, &actor, asked.request(&actor)?).await?;
    let identity = || Participant::Account(key.grant.identity.to_string());
    let body = AgoraTokenAnswer {
        token: key.token.expose().to_owned(),
        uid: if messaging { identity() } else { Participant::of(&key.grant) },
        channel: key.grant.provider_room.to_string(),
    };
    Ok(answer::key(key.index, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lifetime that a request asks for, 0 for the default, where it is not refused.
    fn read(body: &str) -> Option<u32> {
        let request: AgoraTokenRequest = serde_json::from_str(body).unwrap();
        request.of_channel().ok().map(|asked| asked.seconds.unwrap_or(0))
    }

    #[test]
    fn a_lifetime_is_a_whole_number_or_refused() {
        let asked = |expire: &str| {
            read(&format!(
                r#"{{"tokenType":"rtc","channel":"stage-1","role":"publisher","uid":"7","expire":{expire}}}"#
            ))
        };
        assert_eq!((asked("600"), asked("0"), asked("null")), (Some(600), Some(0), Some(0)));
        for bad in ["-1", "1.5", "1.0", "\"600\"", "4294967296", "1e300", "true", "[600]"] {
            assert_eq!(asked(bad), None, "{bad}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for bad in [
            r#"{"tokenType":"rtc","channel":"*","role":"publisher","uid":"7"}"#,
            r#"{"tokenType":"rtc","role":"publisher","uid":"7"}"#,
            r#"{"tokenType":"rtc","channel":"a","role":"PUBLISHER","uid":"7"}"#,
            r#"{"tokenType":"rtc","channel":"a","uid":"7"}"#,
            r#"{"tokenType":"rtc","channel":"a","role":"publisher","uid":"4294967296"}"#,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        for bad in [r#"{"tokenType":"rtc","uid":7}"#, r#"{"tokenType":"rtc","privileges":[1]}"#] {
            assert!(serde_json::from_str::<AgoraTokenRequest>(bad).is_err(), "{bad}");
        }
    }
}
