//! `POST /v1/backends`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use roomkey_claims::Scope;
use roomkey_desk::authority::Admin;
use roomkey_desk::backends;
use roomkey_desk::backends::NewBackendRequest;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::backend::AddedBackendView;
use roomkey_desk::wire::texts::{BackendNameText, RoomPatternText};
use roomkey_desk::wire::words::ScopeName;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::fields::Fields;
use crate::extract::json::StrictJson;
use crate::extract::then::Then;
use crate::problem::error::ApiError;

/// A backend to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddBackendRequest {
    /// What people call it.
    #[schema(value_type = BackendNameText)]
    name: String,
    /// What it may do; only `issue` where it is absent.
    #[schema(value_type = Option<Vec<ScopeName>>, min_items = 1)]
    scopes: Option<Vec<String>>,
    /// Where, at least one: room ids in which `*` stands for any characters.
    #[schema(value_type = Vec<RoomPatternText>, min_items = 1)]
    rooms: Vec<String>,
}

impl AddBackendRequest {
    fn parse(&self) -> Result<NewBackendRequest, ApiError> {
        let mut fields = Fields::new();
        let name = fields.required("/name", &self.name);
        let scopes = match &self.scopes {
            None => [Scope::Issue].into(),
            Some(scopes) => list(&mut fields, "/scopes", scopes).into_iter().collect(),
        };
        let rooms = list(&mut fields, "/rooms", &self.rooms);
        let Some(name) = name else { return Err(fields.refuse()) };
        fields.done(NewBackendRequest { name, scopes, rooms })
    }
}

/// Reads a list that must not be empty.
fn list<T: std::str::FromStr<Err: std::fmt::Display>>(
    fields: &mut Fields,
    pointer: &str,
    texts: &[String],
) -> Vec<T> {
    if texts.is_empty() {
        fields.wrong(pointer, "must have at least one element");
    }
    let texts = (0..).zip(texts);
    texts.filter_map(|(at, text)| fields.required(&format!("{pointer}/{at}"), text)).collect()
}

/// Adds a backend: a server that asks for keys of the users that it acts for, with a secret of its own.
///
/// The secret is in this answer and nowhere else.
///
/// **Problems:** `backend-exists`.
#[utoipa::path(post, path = "/v1/backends", tag = "Backends", request_body = AddBackendRequest,
    responses((status = 201, body = AddedBackendView, description = "The backend, with its secret")))]
pub(crate) async fn add_backend(
    desk: Data<Desk>,
    Then(admin, StrictJson(body)): Then<Admin, StrictJson<AddBackendRequest>>,
) -> Result<HttpResponse, ApiError> {
    let asked = body.parse()?;
    let added = backends::add(&desk.ground, &admin, asked.clone()).await?;
    Ok(HttpResponse::Created().json(AddedBackendView::of(&asked, &added)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<NewBackendRequest, ApiError> {
        serde_json::from_str::<AddBackendRequest>(body).unwrap().parse()
    }

    #[test]
    fn a_backend_issues_only_unless_more_is_asked() {
        let asked = parse(r#"{"name":"classroom","rooms":["stage-*"]}"#).unwrap();
        assert_eq!(asked.scopes, [Scope::Issue].into());
        let body = r#"{"name":"a","rooms":["*"],"scopes":["meetings","disconnect","meetings"]}"#;
        assert_eq!(parse(body).unwrap().scopes, [Scope::Meetings, Scope::Disconnect].into());
    }

    #[test]
    fn everything_wrong_is_named() {
        let body = r#"{"name":"a b","rooms":["stage-*","a,b"],"scopes":["admin"]}"#;
        let Err(ApiError::Invalid(errors)) = parse(body) else { panic!("refused") };
        let text = format!("{errors:?}");
        for pointer in ["/name", "/rooms/1", "/scopes/0"] {
            assert!(text.contains(&format!("{pointer:?}")), "{pointer}: {text}");
        }
        for body in [r#"{"name":"a","rooms":[]}"#, r#"{"name":"a","rooms":["*"],"scopes":[]}"#] {
            assert!(matches!(parse(body), Err(ApiError::Invalid(_))), "{body}");
        }
    }
}
