//! The problems of each operation.
//!
//! What an operation may answer follows from what it has (a body, parameters, security), and for the rest from the
//! codes that its doc comment names.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::about::openapi::fill;
use crate::compat::VendorError;
use crate::problem::contract::{PROBLEMS, ProblemKind};

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

/// Where an operation declares that it tells its errors as OpenTok's servers do.
const VENDORS_ERROR: &str = "/403/content/application~1json";

/// How an operation tells its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorBody {
    /// As problems.
    Problem,
    /// As OpenTok's servers do.
    Vendors,
}

impl ErrorBody {
    fn status(self, kind: &ProblemKind) -> u16 {
        match self {
            Self::Problem => kind.status,
            Self::Vendors => VendorError::status(kind),
        }
    }

    fn content(self) -> Value {
        let (media_type, schema) = match self {
            Self::Problem => ("application/problem+json", "Problem"),
            Self::Vendors => ("application/json", "VendorError"),
        };
        let reference = format!("#/components/schemas/{schema}");
        json!({media_type: {"schema": {"$ref": reference}}})
    }
}

/// Adds the answers to every operation.
pub(crate) fn add(document: &mut Value) {
    for operation in fill::operations(document) {
        let declared =
            operation.get("responses").and_then(|answers| answers.pointer(VENDORS_ERROR));
        let body = if declared.is_some() { ErrorBody::Vendors } else { ErrorBody::Problem };
        let answers = answers(&codes(operation), body);
        let responses = operation.entry("responses").or_insert_with(|| json!({}));
        if let Some(responses) = responses.as_object_mut() {
            responses.extend(answers);
        }
    }
}

/// The problems that an operation may answer.
fn codes(operation: &Map<String, Value>) -> Vec<&'static ProblemKind> {
    let description = operation.get("description").and_then(Value::as_str).unwrap_or_default();
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let has_query =
        parameters.is_some_and(|list| list.iter().any(|parameter| parameter["in"] == "query"));
    let body = operation.get("requestBody");
    let has_body = body.is_some_and(|body| body.pointer("/content/application~1json").is_some());
    let mut wanted: Vec<&str> =
        description.split('`').skip(1).step_by(2).chain(OF_ALL.iter().copied()).collect();
    if has_body {
        wanted.extend(OF_BODY);
    }
    if operation.contains_key("security") {
        wanted.extend(OF_SECURITY);
    }
    let schemes = operation.get("security").and_then(Value::as_array);
    if schemes.is_some_and(|schemes| schemes.iter().any(|scheme| scheme["project"].is_array())) {
        wanted.extend(OF_BACKENDS);
    }
    if description.contains("the role `") {
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
fn answers(kinds: &[&ProblemKind], body: ErrorBody) -> BTreeMap<String, Value> {
    let mut by_status: BTreeMap<String, Vec<&ProblemKind>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(body.status(kind).to_string()).or_default().push(kind);
    }
    let answer = |(status, kinds): (String, Vec<&ProblemKind>)| {
        let lines: Vec<String> =
            kinds.iter().map(|kind| format!("- `{}`: {}", kind.code, kind.meaning)).collect();
        let mut answer = json!({
            "description": lines.join("\n"),
            "content": body.content(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::about::openapi::DOCUMENT;

    #[test]
    fn doc_comments_name_problems_that_there_are() {
        let mut document = DOCUMENT.clone();
        for operation in fill::operations(&mut document) {
            let id = operation["operationId"].as_str().unwrap();
            let description = operation["description"].as_str().unwrap();
            assert!(description.contains("**Requires:**"), "{id}");
            let Some((_, named)) = description.split_once("**Problems:**") else { continue };
            for code in named.split('`').skip(1).step_by(2) {
                assert!(PROBLEMS.iter().any(|kind| kind.code == code), "{id}: {code}");
            }
        }
        for code in OF_ALL.iter().chain(OF_BODY).chain(OF_SECURITY).chain(OF_BACKENDS) {
            assert!(PROBLEMS.iter().any(|kind| kind.code == *code), "{code}");
        }
    }
}
