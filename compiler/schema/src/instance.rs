//! The object of a component as JSON, and paths into it.

use design_vocabulary::{Number, Object, Path, Segment, Value};
use serde_json::Value as Json;

/// The JSON of an object. Fields that are null are left out, as the API server drops them.
pub(crate) fn of(object: &Object) -> Json {
    let fields = object.iter().filter(|(_, value)| !value.is_null());
    fields.map(|(key, value)| (key.to_string(), json(value))).collect()
}

/// The JSON of a value.
pub(crate) fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(Number::Int(value)) => Json::from(*value),
        Value::Number(Number::Unsigned(value)) => Json::from(*value),
        Value::Number(Number::Float(value)) => Json::from(*value),
        Value::String(text) => Json::from(text.as_str()),
        Value::Array(elements) => elements.iter().map(json).collect(),
        Value::Object(object) => of(object),
    }
}

/// The path that a JSON pointer into an instance means. A number is a position only where the instance has a list.
pub(crate) fn path(pointer: &str, instance: &Json) -> Path {
    let mut at = Some(instance);
    let segments = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    segments
        .map(|part| {
            let position = at.filter(|value| value.is_array()).and_then(|_| part.parse::<usize>().ok());
            let (segment, next) = match position {
                Some(index) => (Segment::Index(index), at.and_then(|value| value.get(index))),
                None => (Segment::from(part.as_str()), at.and_then(|value| value.get(&part))),
            };
            at = next;
            segment
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_is_read_by_what_it_points_into() {
        let instance = json!({"data": {"0": {"a/b~c": 1}}, "list": [{"x": 1}]});
        assert_eq!(path("", &instance), []);
        assert_eq!(path("/data/0/a~1b~0c", &instance), ["data".into(), "0".into(), "a/b~c".into()]);
        assert_eq!(path("/list/0/x", &instance), ["list".into(), 0.into(), "x".into()]);
    }
}
