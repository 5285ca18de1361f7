//! Small steps through a JSON document.

use serde_json::{Map, Value};

/// Puts a value at a path of names, making the objects on the way.
pub(crate) fn put(document: &mut Value, path: &[&str], value: Value) {
    let mut at = document;
    for name in path {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Some(map) = at.as_object_mut() else { return };
        at = map.entry(*name).or_insert(Value::Null);
    }
    *at = value;
}

/// Every operation of the document.
pub(crate) fn operations(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut);
    paths
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
}
