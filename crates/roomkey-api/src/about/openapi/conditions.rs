//! The conditions of searches in the log, from the table of conditions.

use roomkey_audit::ConditionShape;
use roomkey_claims::Username;
use roomkey_desk::audit::query::{USER, USER_DOC, conditions};
use serde_json::{Value, json};

use super::fill;

/// The paths that take conditions, and whether they take bounds of time.
const PATHS: [(&str, bool); 3] =
    [("/v1/audit/events", true), ("/v1/audit/tail", false), ("/v1/audit/stats", true)];

/// Puts the conditions in front of the other parameters.
pub(crate) fn add(document: &mut Value) {
    for (path, times) in PATHS {
        let list = fill::list(document, &["paths", path, "get", "parameters"]);
        if let Some(list) = list {
            list.splice(0..0, parameters(times));
        }
    }
}

fn parameters(times: bool) -> Vec<Value> {
    let user = json!({"type": "string", "pattern": Username::PATTERN});
    let mut all = vec![parameter(USER, USER_DOC, &user)];
    for condition in conditions() {
        let schema = match (condition.shape)() {
            ConditionShape::Instant if !times => continue,
            ConditionShape::Instant => json!({"type": "string", "format": "date-time"}),
            ConditionShape::Uuid => json!({"type": "string", "format": "uuid"}),
            ConditionShape::Name { pattern } => json!({"type": "string", "pattern": pattern}),
            ConditionShape::Word { words } => json!({"type": "string", "enum": words}),
        };
        all.push(parameter(condition.name, condition.doc, &schema));
    }
    all
}

fn parameter(name: &str, doc: &str, schema: &Value) -> Value {
    json!({
        "name": name, "in": "query", "description": format!("{doc}."), "required": false,
        "schema": schema,
    })
}
