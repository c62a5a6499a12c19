//! Values of objects as rules see them: typed by the schema, with its defaults.
//!
//! The rules of the translation are those of Kubernetes' page on CEL (types by schema, escaped names).

use std::collections::HashMap;
use std::sync::Arc;

use cel::Value;
use cel::objects::{Key, Map};
use serde_json::{Map as Object, Value as Json};

/// A value as rules see it. A number is whole or not as the schema says, a date is a point in time; fields that the schema
/// does not list are not there, and fields that are missing have their defaults.
pub(crate) fn typed(value: &Json, schema: &Json) -> Value {
    let is = |keyword: &str| schema.get(keyword).and_then(Json::as_bool) == Some(true);
    if is("x-kubernetes-int-or-string") {
        return untyped(value);
    }
    match (schema.get("type").and_then(Json::as_str), value) {
        (Some("number"), Json::Number(number)) => Value::Float(number.as_f64().unwrap_or_default()),
        (Some("string"), Json::String(text)) => formatted(text, schema.get("format").and_then(Json::as_str)),
        (Some("array"), Json::Array(elements)) => {
            let items = schema.get("items").unwrap_or(&Json::Null);
            Value::List(Arc::new(elements.iter().map(|element| typed(element, items)).collect()))
        }
        (Some("object"), Json::Object(fields)) => object(fields, schema, is("x-kubernetes-preserve-unknown-fields")),
        _ => untyped(value),
    }
}

fn object(fields: &Object<String, Json>, schema: &Json, keeps_unknown: bool) -> Value {
    let mut entries: HashMap<Key, Value> = HashMap::new();
    if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
        for (name, property) in properties {
            let Some(name_in_rules) = escaped(name) else { continue };
            if let Some(value) = fields.get(name).or_else(|| property.get("default")) {
                entries.insert(key(&name_in_rules), typed(value, property));
            }
        }
    }
    let always = ["apiVersion", "kind", "metadata"];
    for (name, value) in fields {
        let known = schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
        match schema.get("additionalProperties").filter(|schema| schema.is_object()) {
            Some(values) if !known => {
                entries.insert(key(name), typed(value, values));
            }
            None if !known && (keeps_unknown || always.contains(&name.as_str())) => {
                entries.insert(key(&escaped(name).unwrap_or_else(|| name.clone())), untyped(value));
            }
            _ => {}
        }
    }
    Value::Map(Map { map: Arc::new(entries) })
}

/// A value without a schema.
fn untyped(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => text_value(text),
        Json::Array(elements) => Value::List(Arc::new(elements.iter().map(untyped).collect())),
        Json::Object(fields) => {
            let entries = fields.iter().map(|(name, value)| (key(name), untyped(value)));
            Value::Map(Map { map: Arc::new(entries.collect()) })
        }
    }
}

/// A text by its format. One that is not written as its format demands stays a text; that is told elsewhere.
fn formatted(text: &str, format: Option<&str>) -> Value {
    let convert = |function: &str| {
        let program = cel::Program::compile(&format!("{function}(text)")).ok()?;
        let mut context = cel::Context::default();
        context.add_variable_from_value("text", text_value(text));
        program.execute(&context).ok()
    };
    match format {
        Some("date-time") => convert("timestamp"),
        Some("date") => {
            let program = cel::Program::compile("timestamp(text + 'T00:00:00Z')").ok();
            let mut context = cel::Context::default();
            context.add_variable_from_value("text", text_value(text));
            program.and_then(|program| program.execute(&context).ok())
        }
        Some("duration") => convert("duration"),
        _ => None,
    }
    .unwrap_or_else(|| text_value(text))
}

pub(crate) fn text_value(text: &str) -> Value {
    Value::String(Arc::new(text.to_owned()))
}

fn key(name: &str) -> Key {
    Key::String(Arc::new(name.to_owned()))
}

/// Words that mean something in CEL.
const RESERVED: &[&str] = &[
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
];

/// A property's name as rules write it; `None` where they cannot.
pub(crate) fn escaped(name: &str) -> Option<String> {
    if RESERVED.contains(&name) {
        return Some(format!("__{name}__"));
    }
    let begins = name.chars().next().is_some_and(|letter| letter.is_ascii_alphabetic() || "_.-/".contains(letter));
    let is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_.-/".contains(letter));
    (begins && is_plain).then(|| {
        name.replace("__", "__underscores__").replace('.', "__dot__").replace('-', "__dash__").replace('/', "__slash__")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_as_kubernetes_does() {
        assert_eq!(escaped("spec").as_deref(), Some("spec"));
        assert_eq!(escaped("namespace").as_deref(), Some("__namespace__"));
        assert_eq!(escaped("x-prop").as_deref(), Some("x__dash__prop"));
        assert_eq!(escaped("redact__d").as_deref(), Some("redact__underscores__d"));
        assert_eq!(escaped("a.b/c").as_deref(), Some("a__dot__b__slash__c"));
        assert_eq!(escaped("1a"), None);
    }
}
