//! Schemas as the validator takes them.
//!
//! Two kinds of schema come in. Those of Kubernetes and those of kubeconform's collections are JSON Schemas; a custom resource
//! definition holds a structural schema, in which an object that lists no fields has none. Both use extensions that JSON
//! Schema does not know. Here they become plain JSON Schemas that refuse unknown fields.

use serde_json::{Map, Value, json};

use crate::lists::KEYWORD as LIST_KEYWORD;

/// What a schema that is said nothing of means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// An object that lists no fields may have any.
    Plain,
    /// As in custom resource definitions: an object has the fields that are listed, and what is not listed is dropped.
    Structural,
}

/// The name of the format that stands for quantities.
pub(crate) const QUANTITY: &str = "quantity";

/// The definition of Kubernetes that says what a quantity is.
const QUANTITY_DEFINITION: &str = "io.k8s.apimachinery.pkg.api.resource.Quantity";

const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";
const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
const EMBEDDED: &str = "x-kubernetes-embedded-resource";

/// A schema that refuses unknown fields: where an object lists its properties, no other is allowed, unless it says that it
/// keeps unknown ones.
pub(crate) fn of(schema: &Value, dialect: Dialect) -> Value {
    within(schema, schema, dialect)
}

/// As [`of`], for a part of a schema: references are looked up in the whole.
fn within(root: &Value, schema: &Value, dialect: Dialect) -> Value {
    let Value::Object(fields) = schema else {
        return schema.clone();
    };
    if let Some(only) = only_beside_null(fields) {
        return within(root, only, dialect);
    }
    let mut translated: Map<String, Value> = fields
        .iter()
        .filter(|(keyword, _)| !matches!(keyword.as_str(), "description" | "default" | "example" | "title"))
        .map(|(keyword, value)| (keyword.clone(), part(root, keyword, value, dialect)))
        .collect();
    types(fields, &mut translated);
    bounds(fields, &mut translated);
    nulls(fields, &mut translated);
    if dialect == Dialect::Structural {
        defaults(fields, &mut translated);
    }
    list(root, fields, &mut translated);
    let is = |keyword: &str| fields.get(keyword).and_then(Value::as_bool) == Some(true);
    if is(EMBEDDED) {
        embed(&mut translated);
    }
    close(&mut translated, is(PRESERVE), dialect);
    Value::Object(translated)
}

fn part(root: &Value, keyword: &str, value: &Value, dialect: Dialect) -> Value {
    match (keyword, value) {
        ("$defs" | "definitions", Value::Object(schemas)) => schemas
            .iter()
            .map(|(name, schema)| {
                let quantity = || json!({"type": ["string", "number"], "format": QUANTITY});
                (name.clone(), if name == QUANTITY_DEFINITION { quantity() } else { within(root, schema, dialect) })
            })
            .collect(),
        ("properties", Value::Object(schemas)) => {
            schemas.iter().map(|(name, schema)| (name.clone(), within(root, schema, dialect))).collect()
        }
        ("items" | "additionalProperties", schema) => within(root, schema, dialect),
        // The branches of `oneOf` and `anyOf` stay open: they constrain what another part of the schema describes.
        ("allOf", Value::Array(schemas)) if schemas.len() == 1 && dialect == Dialect::Plain => {
            schemas.iter().map(|schema| within(root, schema, dialect)).collect()
        }
        _ => value.clone(),
    }
}

/// The schema beside `null`, where a schema is no more than a choice of the two: a null counts as absent anyway, and errors
/// are better where there is no choice.
fn only_beside_null(fields: &Map<String, Value>) -> Option<&Value> {
    let branches = fields.get("anyOf").or_else(|| fields.get("oneOf"))?.as_array()?;
    let is_null = |schema: &&Value| schema.get("type").and_then(Value::as_str) == Some("null");
    match branches.as_slice() {
        [first, second] if is_null(&first) != is_null(&second) && fields.len() == 1 => {
            Some(if is_null(&first) { second } else { first })
        }
        _ => None,
    }
}

/// Ways of saying that a value is a number or a text become lists of types, so that an error says what was expected.
fn types(fields: &Map<String, Value>, translated: &mut Map<String, Value>) {
    let is_marked = fields.get(INT_OR_STRING).and_then(Value::as_bool) == Some(true);
    let format = fields.get("format").and_then(Value::as_str);
    if is_marked || format == Some("int-or-string") {
        translated.insert("type".to_owned(), json!(["integer", "string"]));
        translated.remove("format");
    }
    for keyword in ["oneOf", "anyOf"] {
        let branches = fields.get(keyword).and_then(Value::as_array);
        let only_type = |branch: &Value| {
            let name = branch.get("type")?.as_str()?;
            (branch.as_object()?.len() == 1).then(|| name.to_owned())
        };
        let names: Option<Vec<String>> = branches.and_then(|branches| branches.iter().map(only_type).collect());
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            translated.remove(keyword);
            translated.entry("type").or_insert_with(|| json!(names));
        }
    }
}

/// The widths of whole numbers are bounds. In OpenAPI `exclusiveMinimum` says of `minimum` whether it is allowed itself; in
/// JSON Schema it is a bound.
fn bounds(fields: &Map<String, Value>, translated: &mut Map<String, Value>) {
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(is_exclusive) = fields.get(exclusive).and_then(Value::as_bool) else { continue };
        translated.remove(exclusive);
        if let (true, Some(limit)) = (is_exclusive, translated.remove(bound)) {
            translated.insert(exclusive.to_owned(), limit);
        } else if let Some(limit) = fields.get(bound) {
            translated.insert(bound.to_owned(), limit.clone());
        }
    }
    let (least, most) = match fields.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("int64") => (i64::MIN, i64::MAX),
        _ => return,
    };
    translated.remove("format");
    translated.entry("minimum").or_insert_with(|| json!(least));
    translated.entry("maximum").or_insert_with(|| json!(most));
}

/// A null that is allowed is a type of its own. In an object a null counts as absent, so that a field that may be null cannot
/// be missing.
fn nulls(fields: &Map<String, Value>, translated: &mut Map<String, Value>) {
    let is_nullable = |schema: &Value| schema.get("nullable").and_then(Value::as_bool) == Some(true);
    if fields.get("nullable").and_then(Value::as_bool) == Some(true) {
        if let Some(Value::String(name)) = translated.get("type").cloned() {
            translated.insert("type".to_owned(), json!([name, "null"]));
        }
        if let Some(Value::Array(values)) = translated.get_mut("enum") {
            values.push(Value::Null);
        }
    }
    let properties = fields.get("properties").and_then(Value::as_object);
    if let (Some(properties), Some(Value::Array(required))) = (properties, translated.get_mut("required")) {
        let is_absent = |name: &Value| name.as_str().and_then(|name| properties.get(name)).is_some_and(is_nullable);
        required.retain(|name| !is_absent(name));
    }
}

/// A field with a default cannot be missing: the API server fills it in before it judges.
fn defaults(fields: &Map<String, Value>, translated: &mut Map<String, Value>) {
    let properties = fields.get("properties").and_then(Value::as_object);
    if let (Some(properties), Some(Value::Array(required))) = (properties, translated.get_mut("required")) {
        let has_default = |name: &Value| {
            name.as_str()
                .and_then(|name| properties.get(name))
                .is_some_and(|property| property.get("default").is_some())
        };
        required.retain(|name| !has_default(name));
    }
}

/// What makes the elements of a list differ, for the keyword that judges it.
fn list(root: &Value, fields: &Map<String, Value>, translated: &mut Map<String, Value>) {
    translated.remove("x-kubernetes-list-type");
    let keys = match fields.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => json!([]),
        Some("map") => {
            let items = fields.get("items").map(|items| referred(root, items));
            let properties = items.and_then(|items| items.get("properties"));
            let keys = fields.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
            let key = |name: &Value| {
                let default = properties.and_then(|all| all.get(name.as_str()?)?.get("default")).cloned();
                json!({"name": name, "default": default})
            };
            keys.into_iter().flatten().map(key).collect()
        }
        _ => return,
    };
    translated.insert(LIST_KEYWORD.to_owned(), keys);
}

/// What a schema refers to, by `$ref` or by an `allOf` of one.
fn referred<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let only = schema.get("allOf").and_then(Value::as_array).filter(|all| all.len() == 1).and_then(|all| all.first());
    let reference = only.unwrap_or(schema).get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    reference.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

/// An object within an object: it has what every object has.
fn embed(translated: &mut Map<String, Value>) {
    let properties = translated.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        for name in ["apiVersion", "kind"] {
            properties.entry(name).or_insert_with(|| json!({"type": "string"}));
        }
        properties.insert("metadata".to_owned(), json!({"type": "object"}));
    }
    let required = translated.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(required) = required {
        for name in ["apiVersion", "kind"] {
            if !required.iter().any(|known| known == name) {
                required.push(json!(name));
            }
        }
    }
}

fn close(translated: &mut Map<String, Value>, keeps_unknown: bool, dialect: Dialect) {
    let is_object = translated.get("type").and_then(Value::as_str) == Some("object");
    let lists = translated.contains_key("properties") || (dialect == Dialect::Structural && is_object);
    if lists && !translated.contains_key("additionalProperties") && !keeps_unknown {
        translated.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

/// A schema of a whole object of a custom resource: what every object has is added.
///
/// `metadata` is the definition that Kubernetes has of it, to be found below `$defs` of the result.
pub(crate) fn of_object(schema: &Value, dialect: Dialect, metadata: Option<(&str, &Map<String, Value>)>) -> Value {
    let mut translated = of(schema, dialect);
    let Value::Object(fields) = &mut translated else { return translated };
    // The words that say which object it is are no part of what is judged.
    if let Some(Value::Array(required)) = fields.get_mut("required") {
        required.retain(|name| !matches!(name.as_str(), Some("apiVersion" | "kind" | "metadata")));
    }
    let lists = fields.contains_key("properties") || fields.get("additionalProperties") == Some(&Value::Bool(false));
    if let (Dialect::Plain, Some(Value::Object(properties))) = (dialect, fields.get_mut("properties")) {
        // Schemas of configurations leave out what is the same everywhere.
        for (name, schema) in [
            ("apiVersion", json!({"type": "string"})),
            ("kind", json!({"type": "string"})),
            ("metadata", json!({"type": "object"})),
            ("status", json!({})),
        ] {
            properties.entry(name).or_insert(schema);
        }
    }
    if dialect == Dialect::Structural && lists {
        let stated = schema.get("properties").and_then(|properties| properties.get("metadata"));
        let properties = fields.entry("properties").or_insert_with(|| json!({}));
        if let Value::Object(properties) = properties {
            for name in ["apiVersion", "kind"] {
                properties.insert(name.to_owned(), json!({"type": "string"}));
            }
            let own = match metadata {
                Some((name, _)) => json!({"$ref": format!("#/$defs/{name}")}),
                None => json!({"type": "object"}),
            };
            // A definition may narrow what names are allowed, and nothing else of the metadata.
            let narrowed = stated.map(|stated| json!({"allOf": [own, stated]}));
            properties.insert("metadata".to_owned(), narrowed.unwrap_or(own));
        }
        if let Some((_, definitions)) = metadata {
            let definitions =
                part(&json!({"$defs": definitions}), "$defs", &Value::Object(definitions.clone()), Dialect::Plain);
            fields.insert("$defs".to_owned(), definitions);
        }
    }
    translated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(schema: &Value) -> Value {
        of(schema, Dialect::Plain)
    }

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
        assert_eq!(plain(&schema), expected);
    }

    #[test]
    fn in_a_structural_schema_an_object_has_what_is_listed() {
        let schema = json!({"type": "object", "required": ["filled", "empty"], "properties": {
            "filled": {"type": "integer", "default": 1},
            "empty": {"type": "object"},
            "kept": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
        }});
        let translated = of(&schema, Dialect::Structural);
        assert_eq!(translated["required"], json!(["empty"]));
        assert_eq!(translated["properties"]["empty"]["additionalProperties"], json!(false));
        assert_eq!(translated["properties"]["kept"].get("additionalProperties"), None);
        assert_eq!(translated["properties"]["map"]["additionalProperties"], json!({"type": "string"}));
    }

    #[test]
    fn numbers_or_texts_are_lists_of_types() {
        let both = json!(["integer", "string"]);
        let marked = json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]});
        let translated = plain(&marked);
        assert_eq!((&translated["type"], translated.get("anyOf")), (&both, None));
        assert_eq!(plain(&json!({"oneOf": [{"type": "integer"}, {"type": "string"}]})), json!({"type": both}));
        let kept = json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
        assert_eq!(plain(&kept), kept);
    }

    #[test]
    fn a_null_is_a_type_and_no_missing_field() {
        let schema = json!({"required": ["a", "b"], "properties": {
            "a": {"type": "string", "nullable": true, "enum": ["x"]},
            "b": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        }});
        let translated = plain(&schema);
        assert_eq!(translated["required"], json!(["b"]));
        assert_eq!(translated["properties"]["a"]["type"], json!(["string", "null"]));
        assert_eq!(translated["properties"]["a"]["enum"], json!(["x", null]));
        assert_eq!(translated["properties"]["b"], json!({"type": "integer"}));
    }

    #[test]
    fn widths_are_bounds() {
        let translated = plain(&json!({"type": "integer", "format": "int32", "minimum": 0}));
        assert_eq!(translated, json!({"type": "integer", "minimum": 0, "maximum": i32::MAX}));
        let exclusive =
            plain(&json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 1, "exclusiveMaximum": false}));
        assert_eq!(exclusive, json!({"exclusiveMinimum": 0, "maximum": 1}));
    }
}
