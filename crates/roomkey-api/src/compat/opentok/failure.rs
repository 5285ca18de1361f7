//! Failures as OpenTok's servers tell them.
//!
//! Its SDKs know 403 alone for whoever is not authenticated, and its documents 400 for whatever is wrong with a value.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use roomkey_auth::ProjectJwtError;
use roomkey_desk::error::DeskError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::compat::opentok::format::Format;
use crate::compat::opentok::xml;
use crate::compat::opentok::xml::XML;
use crate::problem::answer::retry_after;
use crate::problem::body;
use crate::problem::contract::ProblemKind;
use crate::problem::contract::contract;
use crate::problem::error::ApiError;
use crate::problem::shape::ErrorShape;

/// In the format that the client reads.
pub(crate) static XML_OR_JSON: ErrorShape = ErrorShape {
    writer: |headers| match Format::asked(headers) {
        Format::Json => |error, _| failure(error, Format::Json),
        Format::Xml => |error, _| failure(error, Format::Xml),
    },
    status: VendorError::status,
    media_type: "application/json",
    schema: "VendorError",
};

/// As JSON, whatever the client reads.
pub(crate) static JSON: ErrorShape =
    ErrorShape { writer: |_| |error, _| failure(error, Format::Json), ..XML_OR_JSON };

/// What is wrong, as OpenTok's servers say it.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct VendorError {
    /// -1 where the caller is not authenticated or not allowed, else the status.
    code: i32,
    /// What is wrong; in the vendor's words where it has some.
    message: String,
    /// What is wrong, in the desk's words, and what to do next.
    description: String,
}

impl VendorError {
    /// The status that the SDKs understand.
    const fn status(kind: &ProblemKind) -> u16 {
        match kind.status {
            401 => 403,
            422 => 400,
            status => status,
        }
    }

    fn of(error: &ApiError) -> Self {
        let status = Self::status(contract(error));
        let said = body::words(error);
        Self {
            code: if status == 403 { -1 } else { i32::from(status) },
            message: vendors_words(error).map_or_else(|| said.clone(), str::to_owned),
            description: description(error, said),
        }
    }
}

/// What is wrong, with what to do next where that is not said yet.
fn description(error: &ApiError, said: String) -> String {
    match error {
        ApiError::Compat(_)
        | ApiError::Invalid(_)
        | ApiError::Desk(DeskError::ProjectJwt(_) | DeskError::Call(_)) => said,
        _ => format!("{said} {}", contract(error).next),
    }
}

/// How the vendor says it.
fn vendors_words(error: &ApiError) -> Option<&'static str> {
    let ApiError::Desk(error) = error else { return None };
    match error {
        DeskError::Unauthenticated => Some("No suitable authentication found"),
        DeskError::UnknownApiKey => Some("Issuer not found"),
        DeskError::ProjectJwt(error) => match error {
            ProjectJwtError::Signature => Some("Invalid signature"),
            ProjectJwtError::Issuer => Some("Invalid issuer format"),
            // Where the desk is stricter than the vendor, only its own words help.
            ProjectJwtError::TooLong { .. }
            | ProjectJwtError::JtiMissing
            | ProjectJwtError::ClientToken
            | ProjectJwtError::NotYet { .. }
            | ProjectJwtError::Expired { .. } => None,
            ProjectJwtError::TooBig
            | ProjectJwtError::Malformed
            | ProjectJwtError::Critical
            | ProjectJwtError::Algorithm
            | ProjectJwtError::NotProject
            | ProjectJwtError::NoIssuedAt
            | ProjectJwtError::NoExpiry
            | ProjectJwtError::Backwards
            | ProjectJwtError::Jti => Some("Invalid token format"),
        },
        _ => None,
    }
}

/// The answer to a request that failed.
fn failure(error: &ApiError, format: Format) -> HttpResponse {
    let status = VendorError::status(contract(error));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = retry_after(error) {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    if matches!(error, ApiError::Timeout) {
        answer.force_close();
    }
    let said = VendorError::of(error);
    match format {
        Format::Json => answer.json(said),
        Format::Xml => {
            let code = said.code.to_string();
            let elements = [
                ("code", &*code),
                ("message", &*said.message),
                ("description", &*said.description),
            ];
            answer
                .insert_header((CONTENT_TYPE, XML))
                .body(xml::document(&["errorPayload"], &elements))
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use roomkey_claims::Timestamp;
    use roomkey_desk::StoreError;

    use super::*;

    async fn said(error: DeskError, format: Format) -> (u16, String) {
        let answer = failure(&error.into(), format);
        let (status, body) = (answer.status().as_u16(), to_bytes(answer.into_body()).await);
        (status, String::from_utf8(body.unwrap().to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn whoever_is_not_authenticated_hears_what_the_vendor_would_say() {
        let now = Timestamp::from_seconds(1_800_000_000);
        for (error, message) in [
            (DeskError::Unauthenticated, "No suitable authentication found"),
            (DeskError::UnknownApiKey, "Issuer not found"),
            (ProjectJwtError::Signature.into(), "Invalid signature"),
            (ProjectJwtError::Issuer.into(), "Invalid issuer format"),
            (ProjectJwtError::Algorithm.into(), "Invalid token format"),
            (
                ProjectJwtError::NotYet { issued_at: now, now }.into(),
                "The project JWT was issued at 2027-01-15T08:00:00Z, but here it is 2027-01-15T08:00:00Z: set the clock of the machine that signs it.",
            ),
            (DeskError::ReplayedJwt, "A project JWT with this `jti` was used before."),
            (DeskError::NotAllowed, "You may not do this."),
        ] {
            let (status, body) = said(error, Format::Json).await;
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!((status, &body["code"]), (403, &(-1).into()));
            assert_eq!(body["message"], message);
            assert!(body["description"].as_str().unwrap().len() > 40);
            assert_eq!(body.as_object().unwrap().len(), 3);
        }
        let (_, body) = said(DeskError::PartnerAuth, Format::Json).await;
        assert!(body.contains("X-OPENTOK-AUTH"), "{body}");
    }

    #[actix_web::test]
    async fn older_clients_read_xml() {
        let (status, body) = said(ProjectJwtError::Signature.into(), Format::Xml).await;
        assert_eq!(status, 403);
        let expected = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><errorPayload><code>-1</code><message>Invalid signature</message><description>"#;
        assert!(body.starts_with(expected) && body.ends_with("</description></errorPayload>"));
    }

    #[actix_web::test]
    async fn other_statuses_stay_and_a_full_desk_says_when_to_come_back() {
        let answer = failure(&DeskError::Store(StoreError::Busy).into(), Format::Json);
        assert_eq!(answer.status().as_u16(), 503);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "1");
        assert_eq!(answer.headers().get(CONTENT_TYPE).unwrap(), "application/json");
        let (status, body) = said(DeskError::Internal("canary"), Format::Json).await;
        assert!(status == 500 && !body.contains("canary"), "{body}");
        assert_eq!(said(DeskError::DeviceRequired, Format::Json).await.0, 400);
    }
}
