//! Schemas that refuse unknown fields.

use serde_json::{Map, Value};

/// A schema in which every object that lists its properties allows no other, unless it says that it keeps unknown ones.
pub(crate) fn of(schema: &Value) -> Value {
    let Value::Object(fields) = schema else {
        return schema.clone();
    };
    let mut closed: Map<String, Value> =
        fields.iter().map(|(keyword, value)| (keyword.clone(), part(keyword, value))).collect();
    let keeps = closed.get("x-kubernetes-preserve-unknown-fields").and_then(Value::as_bool) == Some(true);
    if closed.contains_key("properties") && !closed.contains_key("additionalProperties") && !keeps {
        closed.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(closed)
}

fn part(keyword: &str, value: &Value) -> Value {
    match (keyword, value) {
        ("properties" | "$defs", Value::Object(schemas)) => {
            schemas.iter().map(|(name, schema)| (name.clone(), of(schema))).collect()
        }
        ("items" | "additionalProperties", schema) => of(schema),
        // The branches of `oneOf` and `anyOf` stay open: they constrain what another part of the schema describes.
        ("allOf", Value::Array(schemas)) if schemas.len() == 1 => schemas.iter().map(of).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_closed_where_they_list_their_properties() {
        let schema = json!({
            "properties": {
                "properties": {"type": "object"},
                "labels": {"additionalProperties": {"type": "string"}},
                "open": {"properties": {"a": {}}, "x-kubernetes-preserve-unknown-fields": true},
                "list": {"items": {"properties": {"name": {}}}},
            },
        });
        let expected = json!({
            "properties": {
                "properties": {"type": "object"},
                "labels": {"additionalProperties": {"type": "string"}},
                "open": {"properties": {"a": {}}, "x-kubernetes-preserve-unknown-fields": true},
                "list": {"items": {"properties": {"name": {}}, "additionalProperties": false}},
            },
            "additionalProperties": false,
        });
        assert_eq!(of(&schema), expected);
    }
}
