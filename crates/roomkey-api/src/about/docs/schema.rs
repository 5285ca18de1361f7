//! Schemas as lists of fields.

use maud::{Markup, html};
use serde_json::Value;

use crate::about::docs::text;

/// A parameter of a path or a query.
pub(crate) fn parameter(document: &Value, parameter: &Value) -> Markup {
    let name = parameter["name"].as_str().unwrap_or_default();
    let is_required = parameter["required"] == true;
    let description = parameter["description"].as_str().unwrap_or_default();
    field(document, name, &parameter["schema"], is_required, description)
}

/// The fields of an object, of what it refers to, and of what it holds in a list.
pub(crate) fn fields(document: &Value, schema: &Value) -> Markup {
    let schema = resolved(document, schema);
    let parts = schema["allOf"].as_array();
    let required = schema["required"].as_array();
    html! {
        @for part in parts.into_iter().flatten() { (fields(document, part)) }
        @if let Some(properties) = schema["properties"].as_object() {
            dl {
                @for (name, property) in properties {
                    @let is_required = required.is_some_and(|list| list.iter().any(|entry| entry == name.as_str()));
                    @let description = property["description"].as_str().unwrap_or_default();
                    (field(document, name, property, is_required, description))
                    @if !property["items"].is_null() {
                        dt {} dd { (fields(document, &property["items"])) }
                    }
                }
            }
        }
    }
}

fn field(
    document: &Value,
    name: &str,
    schema: &Value,
    is_required: bool,
    description: &str,
) -> Markup {
    let value = value(document, schema);
    html! {
        dt { code { (name) } @if !is_required { " " small { "optional" } } }
        dd {
            small { (kind(schema)) } " " (text::inline(description))
            @if let Some(pattern) = value["pattern"].as_str() { " " code { (pattern) } }
            @if let (Some(min), Some(max)) = (value["minimum"].as_u64(), value["maximum"].as_u64()) {
                " " small { (min) " to " (max) }
            }
        }
    }
}

/// The type in a word or two.
fn kind(schema: &Value) -> String {
    match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        _ => match schema["oneOf"].as_array() {
            Some(parts) => parts.iter().map(kind).collect::<Vec<_>>().join(" or "),
            None => schema["$ref"]
                .as_str()
                .and_then(|reference| reference.rsplit('/').next())
                .unwrap_or_default()
                .to_owned(),
        },
    }
}

/// The schema of a value that is not null.
fn value<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut parts = schema["oneOf"].as_array().into_iter().flatten();
    resolved(document, parts.find(|part| part["type"] != "null").unwrap_or(schema))
}

/// A schema, or the one that it refers to.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema["$ref"]
        .as_str()
        .and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    target.unwrap_or(schema)
}
