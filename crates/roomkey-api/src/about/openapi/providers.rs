//! The path of a provider, once for each provider of the list.

use serde_json::{Value, json};

/// The path as the handler has it.
const TEMPLATE: &str = "/{provider}/token";

/// Replaces the template.
pub(crate) fn expand(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let Some(template) = paths.remove(TEMPLATE) else { return };
    for descriptor in roomkey_providers::ALL {
        let mut item = template.clone();
        if let Some(operation) = item.get_mut("post").and_then(Value::as_object_mut) {
            operation.remove("parameters");
            operation.insert("operationId".to_owned(), json!(format!("{}_token", descriptor.kind)));
            operation
                .insert("summary".to_owned(), json!(format!("Issues a {} key.", descriptor.title)));
        }
        paths.insert(format!("/{}/token", descriptor.kind), item);
    }
}
