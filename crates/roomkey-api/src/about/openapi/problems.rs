//! The problems of each operation.
//!
//! What an operation may answer follows from what it has (a body, parameters) and from who may call it, and for the
//! rest from the codes that its documentation lists.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::about::openapi::fill;
use crate::endpoint::caller::{Caller, Credentials};
use crate::endpoint::{Endpoint, PROBLEMS_MARK};
use crate::problem::contract::{PROBLEMS, ProblemKind};
use crate::problem::shape::ErrorShape;

/// What any request may be answered.
const OF_ALL: &[&str] = &["origin-not-allowed", "request-timeout", "internal", "unavailable"];
/// What a request with a body may be answered.
const OF_BODY: &[&str] = &[
    "malformed-json",
    "unknown-field",
    "duplicate-field",
    "missing-field",
    "wrong-type",
    "payload-too-large",
    "unsupported-media-type",
];
/// What a request with credentials may be answered.
const OF_SECURITY: &[&str] = &["unauthenticated", "invalid-token", "partner-auth"];

/// What a request of a backend may be answered.
const OF_BACKENDS: &[&str] = &[
    "bad-signature",
    "client-token",
    "clock-skew",
    "invalid-project-jwt",
    "replayed-jwt",
    "unknown-api-key",
];

/// The codes that stand in this file, for the test that they exist.
#[cfg(test)]
pub(crate) const KNOWN: [&[&str]; 4] = [OF_ALL, OF_BODY, OF_SECURITY, OF_BACKENDS];

/// Adds the answers to the operation of each endpoint.
pub(crate) fn add(document: &mut Value, endpoints: &[Endpoint]) {
    for endpoint in endpoints {
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let item = document["paths"].get_mut(&endpoint.path);
        let operation = item.and_then(|item| item.get_mut(method)).and_then(Value::as_object_mut);
        let Some(operation) = operation else { continue };
        let answers = answers(&codes(operation, &endpoint.caller), endpoint.shape);
        let responses = operation.entry("responses").or_insert_with(|| json!({}));
        if let Some(responses) = responses.as_object_mut() {
            responses.extend(answers);
        }
    }
}

/// The problems that an operation may answer.
fn codes(operation: &Map<String, Value>, caller: &Caller) -> Vec<&'static ProblemKind> {
    let description = operation.get("description").and_then(Value::as_str).unwrap_or_default();
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let has_query =
        parameters.is_some_and(|list| list.iter().any(|parameter| parameter["in"] == "query"));
    let body = operation.get("requestBody");
    let has_body = body.is_some_and(|body| body.pointer("/content/application~1json").is_some());
    let own = description.split_once(PROBLEMS_MARK).map_or("", |(_, codes)| codes);
    let mut wanted: Vec<&str> =
        own.split('`').skip(1).step_by(2).chain(OF_ALL.iter().copied()).collect();
    if has_body {
        wanted.extend(OF_BODY);
    }
    if caller.credentials != Credentials::None {
        wanted.extend(OF_SECURITY);
    }
    if caller.credentials == Credentials::SessionOrProject {
        wanted.extend(OF_BACKENDS);
    }
    if caller.may_be_refused {
        wanted.push("not-allowed");
    }
    if has_query {
        wanted.push("malformed-query");
    }
    if has_body || parameters.is_some() {
        wanted.push("invalid-value");
    }
    PROBLEMS.iter().copied().filter(|kind| wanted.contains(&kind.code)).collect()
}

/// One answer for each status.
fn answers(kinds: &[&ProblemKind], shape: &ErrorShape) -> BTreeMap<String, Value> {
    let mut by_status: BTreeMap<String, Vec<&ProblemKind>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry((shape.status)(kind).to_string()).or_default().push(kind);
    }
    let reference = format!("#/components/schemas/{}", shape.schema);
    let answer = |(status, kinds): (String, Vec<&ProblemKind>)| {
        let lines: Vec<String> =
            kinds.iter().map(|kind| format!("- `{}`: {}", kind.code, kind.meaning)).collect();
        let mut answer = json!({
            "description": lines.join("\n"),
            "content": {shape.media_type: {"schema": {"$ref": reference}}},
        });
        let header = match status.as_str() {
            "401" => Some(("WWW-Authenticate", "string", "The challenge (RFC 6750).")),
            "429" | "503" => {
                Some(("Retry-After", "integer", "After how many seconds to try again."))
            }
            _ => None,
        };
        if let Some((name, kind, description)) = header {
            let value = json!({"description": description, "schema": {"type": kind}});
            fill::put(&mut answer, &["headers", name], value);
        }
        (status, answer)
    };
    by_status.into_iter().map(answer).collect()
}
