//! `DELETE /compat/opentok/{roomId}/v2/project/{key}/session/{session}/connection/{connection}`.

use std::str::FromStr;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use roomkey_claims::{BackendRef, Scope};
use roomkey_desk::Refused;
use roomkey_desk::authority::Actor;
use roomkey_desk::desk::Desk;
use roomkey_desk::error::DeskError;
use roomkey_desk::provider::disconnect;
use roomkey_desk::wire::texts::RoomIdText;
use roomkey_providers::{TOKBOX_ID_PATTERN, is_tokbox_id};
use serde::Deserialize;

use crate::compat::opentok::failure::VendorError;
use crate::extract::credentials::By;
use crate::extract::fields::segment;
use crate::problem::error::ApiError;
use crate::problem::vendor::CompatFault;

/// Who is to be disconnected from what.
#[derive(Debug, Deserialize)]
pub(crate) struct ConnectionPath {
    #[serde(rename = "roomId")]
    room: String,
    key: String,
    session: String,
    connection: String,
}

/// An id that the vendor made: nothing in it can lead a call to the vendor elsewhere.
#[derive(Debug, PartialEq, Eq)]
struct VendorId(String);

/// A text that is no id of the vendor.
#[derive(Debug, thiserror::Error)]
#[error("must match {TOKBOX_ID_PATTERN}")]
struct VendorIdError;

impl FromStr for VendorId {
    type Err = VendorIdError;

    fn from_str(text: &str) -> Result<Self, VendorIdError> {
        if is_tokbox_id(text) { Ok(Self(text.to_owned())) } else { Err(VendorIdError) }
    }
}

/// Disconnects a participant from a session of the room, for OpenTok's server SDKs; one that is gone counts as done.
///
/// Errors are in the vendor's shape, as JSON, with 403 instead of 401 and 400 instead of 422.
/// A slash behind the path is accepted.
///
/// **Problems:** `not-allowed`, `no-such-session`, `not-of-provider`, `no-usable-key`, `provider-refused`,
/// `provider-unavailable`, `busy`.
#[utoipa::path(delete,
    path = "/compat/opentok/{roomId}/v2/project/{key}/session/{session}/connection/{connection}",
    tag = "Compatibility",
    params(
        ("roomId" = RoomIdText, Path, description = "The room"),
        ("key" = String, Path, description = "The API key of the backend"),
        ("session" = String, Path, description = "The id of the session"),
        ("connection" = String, Path, description = "The id of the connection")),
    responses((status = 204, description = "It is disconnected"),
        (status = 403, body = VendorError, description = "Not authenticated, or not allowed")))]
pub(crate) async fn disconnect(
    desk: Data<Desk>,
    path: Path<ConnectionPath>,
    By(actor): By<Actor>,
) -> Result<HttpResponse, ApiError> {
    let in_room = actor.in_room(Scope::Disconnect, segment("roomId", &path.room)?)?;
    let key: BackendRef = segment("key", &path.key)?;
    if actor.backend().is_some_and(|backend| *backend != key) {
        return Err(DeskError::NotAllowed.into());
    }
    let VendorId(session) = segment("session", &path.session)?;
    let VendorId(connection) = segment("connection", &path.connection)?;
    match disconnect::disconnect(
        &desk.ground,
        &desk.tokens,
        &desk.provider,
        &in_room,
        &session,
        &connection,
    )
    .await
    {
        Ok(()) => Ok(HttpResponse::NoContent().finish()),
        Err(DeskError::Refused(Refused::NoMeeting)) => Err(CompatFault::NoSuchSession.into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_a_call_elsewhere() {
        let longest = "x".repeat(255);
        for good in ["2_MX40NzY2NTk3MX5-fg", "c053fcc8-c681-41d5-8ec2-7a9e1434a21e", &longest] {
            assert_eq!(good.parse::<VendorId>().unwrap(), VendorId(good.to_owned()));
        }
        let long = "x".repeat(256);
        for bad in ["", "x/../../archive/1", "..", "a?b", "a#b", "a%2fb", "a b", "é", &long] {
            assert!(bad.parse::<VendorId>().is_err(), "{bad}");
        }
    }
}
