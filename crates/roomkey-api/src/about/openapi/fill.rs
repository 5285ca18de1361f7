//! Small steps through a JSON document.

use serde_json::{Map, Value};

/// The value at a path of names, the objects on the way made where they are not there.
fn at<'a>(document: &'a mut Value, path: &[&str]) -> Option<&'a mut Value> {
    let mut at = document;
    for name in path {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = at.as_object_mut()?.entry(*name).or_insert(Value::Null);
    }
    Some(at)
}

/// Puts a value at a path of names, making the objects on the way.
pub(crate) fn put(document: &mut Value, path: &[&str], value: Value) {
    if let Some(at) = at(document, path) {
        *at = value;
    }
}

/// The list at a path of names, made where it is not there.
pub(crate) fn list<'a>(document: &'a mut Value, path: &[&str]) -> Option<&'a mut Vec<Value>> {
    let at = at(document, path)?;
    if !at.is_array() {
        *at = Value::Array(Vec::new());
    }
    at.as_array_mut()
}
