//! The answer with a session, as OpenTok's servers write it.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use roomkey_claims::Timestamp;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::{BorrowedFormatItem, parse_borrowed};
use utoipa::ToSchema;

use crate::compat::opentok::format::Format;
use crate::compat::opentok::xml;
use crate::compat::opentok::xml::XML;

/// A session, with every member that OpenTok's servers send.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// The id of the session.
    session_id: String,
    /// The API key that asked for it.
    project_id: String,
    /// The same.
    partner_id: String,
    /// When it was made, as `Fri Feb 14 13:14:54 UTC 2025`.
    create_dt: String,
    /// Nothing.
    session_status: Option<String>,
    /// Nothing.
    status_invalid: Option<String>,
    /// Nothing.
    media_server_hostname: Option<String>,
    /// Nothing.
    messaging_server_url: Option<String>,
    /// Nothing.
    messaging_url: Option<String>,
    /// Nothing.
    symphony_address: Option<String>,
    /// Nothing.
    properties: Option<String>,
    /// Nothing.
    ice_server: Option<String>,
    /// Nothing.
    session_segment_id: Option<String>,
    /// Nothing.
    ice_servers: Option<String>,
    /// Nothing.
    ice_credential_expiration: Option<u32>,
}

/// Java's text form of an instant.
static TEXT_FORM: LazyLock<Vec<BorrowedFormatItem<'static>>> = LazyLock::new(|| {
    const FORM: &str =
        "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]";
    #[expect(clippy::expect_used, reason = "a constant that is a format")]
    parse_borrowed::<2>(FORM).expect("a format")
});

/// An instant as Java writes it, and so OpenTok's servers do.
fn java_text(at: Timestamp) -> String {
    let date = OffsetDateTime::from_unix_timestamp(at.as_seconds()).ok();
    date.and_then(|date| date.format(&*TEXT_FORM).ok()).unwrap_or_default()
}

impl SessionView {
    /// A session that was made just now.
    pub(crate) fn new(session_id: String, partner: String, at: Timestamp) -> Self {
        Self {
            session_id,
            project_id: partner.clone(),
            partner_id: partner,
            create_dt: java_text(at),
            session_status: None,
            status_invalid: None,
            media_server_hostname: None,
            messaging_server_url: None,
            messaging_url: None,
            symphony_address: None,
            properties: None,
            ice_server: None,
            session_segment_id: None,
            ice_servers: None,
            ice_credential_expiration: None,
        }
    }

    /// The answer: an array of exactly one, of a media type without parameters, as some of the SDKs demand.
    pub(crate) fn answer(&self, format: Format) -> HttpResponse {
        match format {
            Format::Json => HttpResponse::Ok().json([self]),
            Format::Xml => {
                let elements = [
                    ("session_id", &*self.session_id),
                    ("partner_id", &*self.partner_id),
                    ("create_dt", &*self.create_dt),
                ];
                HttpResponse::Ok()
                    .insert_header((CONTENT_TYPE, XML))
                    .body(xml::document(&["sessions", "Session"], &elements))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    async fn body(format: Format) -> (String, String) {
        let at = Timestamp::from_seconds(1_739_538_894);
        let answer = SessionView::new("1_MX4".to_owned(), "123456".to_owned(), at).answer(format);
        let media_type = answer.headers().get(CONTENT_TYPE).unwrap().to_str().unwrap().to_owned();
        let body = to_bytes(answer.into_body()).await.unwrap().to_vec();
        (media_type, String::from_utf8(body).unwrap())
    }

    #[actix_web::test]
    async fn json_is_an_array_of_one_with_the_members_of_the_real_reply() {
        let (media_type, body) = body(Format::Json).await;
        assert_eq!(media_type, "application/json");
        let expected = concat!(
            r#"[{"session_id":"1_MX4","project_id":"123456","partner_id":"123456","#,
            r#""create_dt":"Fri Feb 14 13:14:54 UTC 2025","session_status":null,"status_invalid":null,"#,
            r#""media_server_hostname":null,"messaging_server_url":null,"messaging_url":null,"#,
            r#""symphony_address":null,"properties":null,"ice_server":null,"session_segment_id":null,"#,
            r#""ice_servers":null,"ice_credential_expiration":null}]"#
        );
        assert_eq!(body, expected);
    }

    #[actix_web::test]
    async fn xml_has_what_the_older_sdks_read() {
        let (media_type, body) = body(Format::Xml).await;
        assert_eq!(media_type, "application/xml");
        let expected = concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><sessions><Session>"#,
            "<session_id>1_MX4</session_id><partner_id>123456</partner_id>",
            "<create_dt>Fri Feb 14 13:14:54 UTC 2025</create_dt></Session></sessions>"
        );
        assert_eq!(body, expected);
    }
}
