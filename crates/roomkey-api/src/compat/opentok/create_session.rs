//! `POST /compat/opentok/{roomId}/session/create`.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_ENCODING;
use actix_web::web::{BytesMut, Data, Path};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use roomkey_claims::{BackendRef, Profile, Scope};
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::meetings;
use roomkey_desk::rooms;
use roomkey_desk::wire::texts::RoomIdText;

use crate::compat::opentok::create_session_form::SessionForm;
use crate::compat::opentok::created::SessionView;
use crate::compat::opentok::failure::VendorError;
use crate::compat::opentok::format::Format;
use crate::extract::fields::segment;
use crate::extract::json;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::problem::vendor::{CompatFault, SessionFault};

/// A body that is a form, or nothing.
#[derive(Debug)]
pub(crate) struct FormBody(BytesMut);

impl FromRequest for FormBody {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let body = json::read(&request, payload).await?;
            let encoding = request.headers().get(CONTENT_ENCODING);
            let is_form =
                matches!(request.content_type(), "" | "application/x-www-form-urlencoded")
                    && encoding.is_none_or(|encoding| encoding == "identity");
            if body.is_empty() || is_form {
                return Ok(Self(body));
            }
            Err(CompatFault::Session(SessionFault::NotAForm).into())
        })
    }
}

/// Starts the next meeting of a room for OpenTok's server SDKs, and answers its session.
///
/// The settings of the room decide how its media flow, whether they are encrypted and whether they are recorded: what a
/// client relies on and the room has not is refused; `location`, name and resolution of a recording are not passed on.
/// The answer is XML unless `Accept` names `application/json`.
/// Errors are in the vendor's shape, with 403 instead of 401 and 400 instead of 422.
///
/// **Problems:** `not-allowed`, `session-refused`, `payload-too-large`, `no-such-room`, `meeting-raced`,
/// `no-usable-key`, `provider-refused`, `provider-unavailable`, `busy`.
#[utoipa::path(post, path = "/compat/opentok/{roomId}/session/create", tag = "Compatibility",
    params(("roomId" = RoomIdText, Path, description = "The room")),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded", description =
        "`p2p.preference` (`enabled`, `disabled`), `archiveMode` (`manual`, `always`), `e2ee`, `location` (IPv4), \
         `archiveName`, `archiveResolution`; empty and `null` count as absent, everything else is ignored"),
    responses(
        (status = 200, description = "The session, as an array of exactly one", content(
            (Vec<SessionView> = "application/json"), (String = "application/xml"))),
        (status = 403, body = VendorError, description = "Not authenticated, or not allowed")))]
pub(crate) async fn create_session(
    desk: Data<Desk>,
    path: Path<String>,
    request: HttpRequest,
    Then(actor, FormBody(body)): Then<Actor, FormBody>,
) -> Result<HttpResponse, ApiError> {
    let in_room = actor.in_room(Scope::Meetings, segment("roomId", &path)?)?;
    let form = SessionForm::parse(&body).map_err(CompatFault::Session)?;
    let (room, profile) =
        rooms::provider::room_and_profile(&desk.ground, &desk.tokens, &in_room).await?;
    if !profile.own_sessions {
        return Err(CompatFault::Session(SessionFault::NoSessions).into());
    }
    form.check(room.session).map_err(CompatFault::Session)?;
    let meeting = meetings::start::start(
        &desk.ground,
        &desk.tokens,
        &desk.provider,
        &in_room,
        Some(room.session),
    )
    .await?;
    let session = meeting.provider_room.to_string();
    let view = SessionView::new(session, partner(&actor, &profile), desk.ground.clock().now());
    Ok(view.answer(Format::asked(request.headers())))
}

/// The API key of the caller; of a user, who has none, that of the account.
fn partner(actor: &Actor, profile: &Profile) -> String {
    let of_account = || profile.options.get("api_key").or(profile.options.get("application_id"));
    let key = actor.backend().map(BackendRef::as_str);
    key.or_else(|| of_account().map(String::as_str)).unwrap_or_default().to_owned()
}
