//! The patterns and bounds of values, from the types that hold values to them.

use roomkey_audit::{AddressPrefix, Kind, RequestId};
use roomkey_claims::{
    BackendName, BackendRef, DeviceId, Did, EventId, KeyId, ProviderKind, Reason, RoomId,
    RoomPattern, SceneId, Username,
};
use serde_json::{Map, Value, json};

use crate::about::openapi::fill;
use roomkey_desk::audit::stats::Interval;
use roomkey_desk::audit::tail::MAX_WAIT;
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::{Grouping, Order};

/// Schemas of backends.
const OF_BACKENDS: &[&str] = &["BackendView", "AddedBackendView", "AddBackendRequest"];

/// What a value of this name is held to, in this schema; `None` for most.
fn rule(schema: &str, name: &str) -> Option<Value> {
    let rule = match name {
        // What a token says of its room is the provider's name, which may be that of a meeting.
        "room" if schema == "TraceAnswer" => return None,
        "roomId" | "room_name" | "room" => json!({"pattern": RoomId::PATTERN}),
        "sceneId" | "scene" => json!({"pattern": SceneId::PATTERN}),
        "eventId" | "event" => json!({"pattern": EventId::PATTERN}),
        "deviceId" => json!({"pattern": DeviceId::PATTERN}),
        // A visit has the whole address, a sample app the provider's account, and a backend names a user by DID too.
        "address" if schema.ends_with("VisitView") => return None,
        "apiKey" if schema == "SampleAnswer" => return None,
        "user" if schema == "KeyBody" => return None,
        // A login says nothing of a name that no user can have.
        "username" if schema == "LoginRequest" => return None,
        "username" | "user" => json!({"pattern": Username::PATTERN}),
        "did" => json!({"pattern": Did::PATTERN}),
        // Its pattern is no regular expression of every dialect.
        "displayName" => json!({"minLength": 1, "maxLength": 128}),
        "provider" => json!({"pattern": ProviderKind::PATTERN}),
        "apiKey" => json!({"pattern": BackendRef::PATTERN}),
        "name" if OF_BACKENDS.contains(&schema) => json!({"pattern": BackendName::PATTERN}),
        "rooms" if OF_BACKENDS.contains(&schema) => {
            json!({"minItems": 1, "items": {"type": "string", "pattern": RoomPattern::PATTERN}})
        }
        "scopes" => json!({"minItems": 1}),
        "keyId" => json!({"pattern": KeyId::PATTERN}),
        "requestId" => json!({"pattern": RequestId::PATTERN}),
        "issuanceId" | "subject" | "id" => json!({"format": "uuid"}),
        "ttlSeconds" => {
            json!({"format": "int64", "minimum": 1, "maximum": u32::MAX})
        }
        "limit" => json!({"minimum": 1, "maximum": MAX_PAGE, "default": 100}),
        "address" => json!({"pattern": AddressPrefix::PATTERN}),
        "at" if schema == "parameter" => json!({"minimum": 0}),
        "wait" => json!({"minimum": 0, "maximum": MAX_WAIT.as_secs(), "default": 0}),
        "by" if schema == "parameter" => {
            json!({"enum": Interval::ALL.map(Interval::as_str), "default": Interval::Hour.as_str()})
        }
        "group" if schema == "parameter" => {
            let words = Grouping::ALL.map(Grouping::as_str);
            json!({"enum": words, "default": Grouping::Outcome.as_str()})
        }
        "order" => {
            let words = Order::ALL.map(Order::as_str);
            json!({"enum": words, "default": Order::Descending.as_str()})
        }
        "reason" => json!({"enum": Reason::ALL.map(Reason::as_str)}),
        "kind" => json!({"enum": Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()}),
        "sources" => json!({"minItems": 1}),
        _ => return None,
    };
    Some(rule)
}

/// Adds the rules to every property and every parameter.
pub(crate) fn add(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (schema, value) in schemas.into_iter().flatten() {
        add_to_schema(schema, value);
    }
    for operation in fill::operations(document) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let rule = parameter["name"].as_str().and_then(|name| rule("parameter", name));
            if let (Some(rule), Some(schema)) = (rule, parameter["schema"].as_object_mut()) {
                apply(schema, rule);
            }
        }
    }
}

/// Walks a schema with what it is made of.
fn add_to_schema(name: &str, schema: &mut Value) {
    for (property, value) in
        schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
    {
        if let (Some(rule), Some(value)) = (rule(name, property), value.as_object_mut()) {
            apply(value, rule);
        }
        add_to_schema(name, value);
    }
    if let Some(items) = schema.get_mut("items") {
        add_to_schema(name, items);
    }
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        add_to_schema(name, part);
    }
}

/// Adds a rule to a schema; one that may be null stays so.
fn apply(schema: &mut Map<String, Value>, rule: Value) {
    let may_be_null = schema
        .get("type")
        .and_then(Value::as_array)
        .is_some_and(|types| types.contains(&json!("null")));
    let Value::Object(rule) = rule else { return };
    for (name, mut value) in rule {
        if let (true, "enum", Value::Array(words)) = (may_be_null, name.as_str(), &mut value) {
            words.push(Value::Null);
        }
        schema.insert(name, value);
    }
}
