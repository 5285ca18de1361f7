use std::collections::BTreeSet;

use actix_web::http::header::ALLOW;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse};
use roomkey_audit::{AddressPrefix, Kind, Outcome, RequestId};
use roomkey_claims::{
    Archive, BackendName, BackendRef, DeskRole, DeviceId, Did, DisplayName, EventId, KeyId, Media,
    ProfileName, Reason, Role, RoomId, RoomPattern, SceneId, Scope, Source, Username,
};
use roomkey_desk::audit::stats::Interval;
use roomkey_desk::listing::{DEFAULT_PAGE, MAX_PAGE};
use roomkey_desk::{Grouping, Order};
use serde_json::json;

use super::*;
use crate::about::openapi::problems::KNOWN;
use crate::edge::origin::AllowedOrigins;
use crate::mount::configure;
use crate::problem::contract::PROBLEMS;
use crate::settings::{Compat, HttpSettings};

const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Sends requests to an app without a desk: a handler that needs one fails with 500, after its route was found.
async fn answers(compat: &Compat, requests: Vec<(Method, String)>) -> Vec<HttpResponse> {
    let mut settings = HttpSettings::new(AllowedOrigins::List(BTreeSet::new()), Vec::new());
    settings.compat = compat.clone();
    let service = init_service(App::new().configure(|app| configure(app, &settings))).await;
    let mut answers = Vec::new();
    for (method, path) in requests {
        let request = TestRequest::default().method(method).uri(&path).to_request();
        answers.push(match try_call_service(&service, request).await {
            Ok(answer) => answer.into_parts().1,
            Err(error) => error.error_response(),
        });
    }
    answers
}

const ALL_ON: Compat = Compat { opentok: true, agora: true, agora_rtm_room: None };

/// A path with something for each parameter.
fn filled(path: &str) -> String {
    let fill =
        |segment: &str| if segment.starts_with('{') { "a".to_owned() } else { segment.to_owned() };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// The methods that the description has for a path; where it has `GET`, `HEAD` too if the row says so.
fn described(path: &str) -> BTreeSet<String> {
    let item = DOCUMENT["paths"][path].as_object().unwrap();
    let mut methods: BTreeSet<String> = item.keys().map(|name| name.to_uppercase()).collect();
    let rows = ENDPOINTS.iter().filter(|endpoint| endpoint.path == path);
    methods.extend(rows.flat_map(Endpoint::methods).map(|method| method.to_string()));
    methods
}

#[actix_web::test]
async fn what_is_described_is_served_and_nothing_else_is() {
    for path in DOCUMENT["paths"].as_object().unwrap().keys() {
        let described = described(path);
        let requests = METHODS.map(|method| (method, filled(path))).to_vec();
        for (method, answer) in METHODS.iter().zip(answers(&ALL_ON, requests).await) {
            let status = answer.status();
            assert_ne!(status, StatusCode::NOT_FOUND, "{method} {path}");
            let is_served = status != StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(is_served, described.contains(method.as_str()), "{method} {path}");
            if !is_served {
                let allow = answer.headers().get(ALLOW).unwrap().to_str().unwrap();
                let allowed: BTreeSet<String> = allow.split(", ").map(str::to_owned).collect();
                assert_eq!(allowed, described, "{method} {path}");
            }
        }
    }
}

#[test]
fn every_row_is_described() {
    let mut described = BTreeSet::new();
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys();
        described.extend(methods.map(|method| (path.clone(), method.to_uppercase())));
    }
    let row = |endpoint: &Endpoint| (endpoint.path.clone(), endpoint.method.to_string());
    let rows: Vec<_> = ENDPOINTS.iter().map(row).collect();
    assert_eq!(rows.len(), described.len());
    assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), described);
    for descriptor in roomkey_providers::ALL {
        assert!(described.contains(&(format!("/{}/token", descriptor.kind), "POST".to_owned())));
    }
}

#[actix_web::test]
async fn a_surface_that_is_off_is_not_there() {
    let rows = ENDPOINTS.iter().filter(|endpoint| endpoint.served != Served::Always);
    let requests: Vec<_> = rows.map(|row| (row.method.clone(), filled(&row.path))).collect();
    assert!(requests.len() > 10);
    for answer in answers(&Compat::OFF, requests).await {
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(answer.headers().get("content-type").unwrap(), "application/problem+json");
    }
}

#[actix_web::test]
async fn what_the_vendors_clients_send_besides_the_described_paths_is_served() {
    let get = |path: &str| (Method::GET, path.to_owned());
    let requests = vec![
        get("/compat/agora/rtc/a/publisher/uid/"),
        get("/compat/agora/rtc/a/publisher/uid/7/"),
        get("/compat/agora/rtm/"),
        get("/compat/agora/rte/a/publisher/uid/7/b/"),
        get("/compat/agora/chat/account/b"),
        get("/compat/agora/chat/account/b/"),
        get("/compat/agora/ping/"),
        (Method::DELETE, "/compat/opentok/a/v2/project/1/session/b/connection/c/".to_owned()),
        get("/audit/log/tile/0/x001/067.p/12"),
    ];
    for answer in answers(&ALL_ON, requests).await {
        assert!(![404, 405].contains(&answer.status().as_u16()), "{answer:?}");
    }
}

#[actix_web::test]
async fn an_unknown_path_fails_in_the_shape_of_the_paths_around_it() {
    for (path, content_type, text) in [
        ("/compat/agora/nothing", "application/problem+json", "\"message\""),
        ("/compat/opentok/a/v2/nothing", "application/json", "\"description\""),
        ("/compat/opentok/a/session/create/nothing", "application/xml", "<errorPayload>"),
        ("/compat/opentok/a/nothing", "application/problem+json", "\"requestId\""),
        ("/nothing", "application/problem+json", "\"requestId\""),
    ] {
        let answer = answers(&ALL_ON, vec![(Method::GET, path.to_owned())]).await.remove(0);
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        let found = answer.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
        assert!(found.starts_with(content_type), "{path}: {found}");
        let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains(text), "{path}: {body:?}");
    }
}

#[test]
fn problems_that_are_named_exist_and_every_operation_says_who_may_call_it() {
    let exists = |code: &str| PROBLEMS.iter().any(|kind| kind.code == code);
    for endpoint in ENDPOINTS.iter() {
        let method = endpoint.method.as_str().to_lowercase();
        let operation = &DOCUMENT["paths"][&endpoint.path][method];
        let description = operation["description"].as_str().unwrap();
        assert_eq!(description.matches("**Requires:**").count(), 1, "{endpoint:?}");
        let Some((_, named)) = description.split_once("**Problems:**") else { continue };
        for code in named.split('`').skip(1).step_by(2) {
            assert!(exists(code), "{endpoint:?}: {code}");
        }
    }
    for code in KNOWN.iter().copied().flatten() {
        assert!(exists(code), "{code}");
    }
}

#[test]
fn refusals_and_statuses_follow_from_the_row() {
    let responses = |path: &str, method: &str| &DOCUMENT["paths"][path][method]["responses"];
    let refused = |path: &str, method: &str| {
        let answer = responses(path, method)["403"]["description"].as_str().unwrap();
        answer.contains("- `not-allowed`: ")
    };
    assert!(refused("/v1/rooms", "post") && refused("/v1/tokens/{issuanceId}/renew", "post"));
    assert!(!refused("/v1/login", "post") && !refused("/v1/me", "get"));
    let login = responses("/v1/login", "post").as_object().unwrap();
    let statuses: Vec<&str> = login.keys().map(String::as_str).collect();
    assert_eq!(
        statuses,
        ["200", "400", "401", "403", "408", "413", "415", "422", "429", "500", "503"]
    );
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(value: &Value) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    let pointer = reference.trim_start_matches('#');
                    assert!(DOCUMENT.pointer(pointer).is_some(), "{reference}");
                }
                map.values().for_each(check);
            }
            Value::Array(list) => list.iter().for_each(check),
            _ => {}
        }
    }
    check(&DOCUMENT);
}

#[test]
fn the_page_shows_every_path_and_loads_nothing() {
    let page = docs::page_of(&DOCUMENT);
    for path in DOCUMENT["paths"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
    }
    let room = format!("<small>RoomId</small> The room. <code>{}</code>", RoomId::PATTERN);
    assert!(page.contains(&room) && page.contains("<small>DeskRole or null</small>"));
    for foreign in ["<script", "src=", "url(", "http://", "@import", "style="] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

/// A schema, or what it refers to; null is left out.
fn value(schema: &Value) -> &Value {
    let mut parts = schema["oneOf"].as_array().into_iter().flatten();
    let schema = parts.find(|part| part["type"] != "null").unwrap_or(schema);
    let reference = schema["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    reference.and_then(|pointer| DOCUMENT.pointer(pointer)).unwrap_or(schema)
}

#[test]
fn fields_and_parameters_carry_the_bounds_of_their_types() {
    let property =
        |schema: &str, name: &str| &DOCUMENT["components"]["schemas"][schema]["properties"][name];
    for (schema, name, pattern) in [
        ("AddBackendRequest", "name", BackendName::PATTERN),
        ("AddRoomRequest", "provider", ProfileName::PATTERN),
        ("AddRoomRequest", "roomId", RoomId::PATTERN),
        ("AddUserRequest", "did", Did::PATTERN),
        ("AddedBackendView", "apiKey", BackendRef::PATTERN),
        ("EntryView", "address", AddressPrefix::PATTERN),
        ("EntryView", "backend", BackendRef::PATTERN),
        ("EntryView", "event", EventId::PATTERN),
        ("EntryView", "scene", SceneId::PATTERN),
        ("EntryView", "user", Username::PATTERN),
        ("KeyAnswer", "provider", ProviderKind::PATTERN),
        ("KeyBody", "deviceId", DeviceId::PATTERN),
        ("KeyBody", "roomId", RoomId::PATTERN),
        ("MemberRequest", "username", Username::PATTERN),
        ("Problem", "requestId", RequestId::PATTERN),
        ("TokenSourceRequest", "room_name", RoomId::PATTERN),
        ("TraceAnswer", "keyId", KeyId::PATTERN),
    ] {
        assert_eq!(value(property(schema, name))["pattern"], pattern, "{schema} {name}");
    }
    // A token may say any text of its room, a backend names a user by DID too, and a login says nothing of a name that
    // no user can have.
    for (schema, name) in
        [("TraceAnswer", "room"), ("KeyBody", "user"), ("LoginRequest", "username")]
    {
        assert_eq!(value(property(schema, name))["pattern"], Value::Null, "{schema} {name}");
    }
    for name in ["id", "issuanceId", "subject"] {
        assert_eq!(value(property("EntryView", name))["format"], "uuid", "{name}");
    }
    let rooms = property("BackendView", "rooms");
    assert_eq!(value(&rooms["items"])["pattern"], RoomPattern::PATTERN);
    assert_eq!(rooms["minItems"], 1);
    let ttl = value(property("KeyBody", "ttlSeconds"));
    assert_eq!((&ttl["minimum"], &ttl["maximum"]), (&json!(1), &json!(u32::MAX)));
    let shown = value(property("UserView", "displayName"));
    let longest = shown["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap();
    assert!("x".repeat(longest).parse::<DisplayName>().is_ok());
    assert!("x".repeat(longest + 1).parse::<DisplayName>().is_err());
}

#[test]
fn parameters_carry_the_bounds_and_the_defaults_of_their_types() {
    let parameter = |path: &str, method: &str, name: &str| {
        let list = DOCUMENT["paths"][path][method]["parameters"].as_array().unwrap();
        value(&list.iter().find(|parameter| parameter["name"] == name).unwrap()["schema"])
    };
    let member = "/v1/rooms/{roomId}/members/{username}";
    for (path, method, name, pattern) in [
        ("/v1/rooms/{roomId}", "get", "roomId", RoomId::PATTERN),
        ("/v1/rooms/{roomId}/events/{eventId}", "put", "eventId", EventId::PATTERN),
        ("/v1/backends/{apiKey}/revoke", "post", "apiKey", BackendRef::PATTERN),
        (member, "delete", "username", Username::PATTERN),
        (member, "delete", "scene", SceneId::PATTERN),
    ] {
        assert_eq!(parameter(path, method, name)["pattern"], pattern, "{path} {name}");
    }
    assert_eq!(parameter("/v1/tokens/{issuanceId}/renew", "post", "issuanceId")["format"], "uuid");
    for (path, name, default) in [
        ("/v1/audit/events", "limit", json!(DEFAULT_PAGE)),
        ("/v1/audit/events", "order", json!(Order::Descending.as_str())),
        ("/v1/audit/stats", "by", json!(Interval::Hour.as_str())),
        ("/v1/audit/stats", "group", json!(Grouping::Outcome.as_str())),
        ("/v1/audit/tail", "wait", json!(0)),
    ] {
        assert_eq!(parameter(path, "get", name)["default"], default, "{path} {name}");
    }
    assert_eq!(parameter("/v1/rooms", "get", "limit")["maximum"], MAX_PAGE);
    assert_eq!(parameter("/v1/audit/tail", "get", "wait")["maximum"], MAX_WAIT.as_secs());
}

/// The words of a table, by name.
fn words<T: Copy, const N: usize>(all: [T; N], as_str: fn(T) -> &'static str) -> BTreeSet<String> {
    all.into_iter().map(|word| as_str(word).to_owned()).collect()
}

fn enums(value: &Value, found: &mut Vec<BTreeSet<String>>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(words)) = map.get("enum") {
                found.push(words.iter().filter_map(Value::as_str).map(str::to_owned).collect());
            }
            map.values().for_each(|value| enums(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| enums(value, found)),
        _ => {}
    }
}

#[test]
fn every_list_of_words_is_a_table_of_the_code() {
    let schemas = &DOCUMENT["components"]["schemas"];
    let mut tables = Vec::new();
    for (name, words) in [
        ("DeskRole", words(DeskRole::ALL, DeskRole::as_str)),
        ("Kind", Kind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect()),
        ("Outcome", words(Outcome::ALL, Outcome::as_str)),
        ("Reason", words(Reason::ALL, Reason::as_str)),
        ("Role", words(Role::ALL, Role::as_str)),
        ("Scope", words(Scope::ALL, Scope::as_str)),
        ("Source", words(Source::ALL, Source::as_str)),
        ("Status", ["enabled", "disabled"].map(str::to_owned).into()),
    ] {
        let mut found = Vec::new();
        enums(&schemas[name], &mut found);
        assert_eq!(found, std::slice::from_ref(&words), "{name}");
        tables.push(words);
    }
    tables.extend([
        words(Archive::ALL, Archive::as_str),
        words(Grouping::ALL, Grouping::as_str),
        words(Interval::ALL, Interval::as_str),
        words(Media::ALL, Media::as_str),
        words(Order::ALL, Order::as_str),
    ]);
    let mut all = Vec::new();
    enums(&DOCUMENT, &mut all);
    for words in &all {
        assert!(tables.contains(words), "no table has the words {words:?}");
    }
    for table in &tables {
        assert!(all.contains(table), "not described: {table:?}");
    }
}
