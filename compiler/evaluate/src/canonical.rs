//! Values as text in one spelling, and ids made of it.

use design_vocabulary::{Number, Object, Text, Value};
use uuid::Uuid;

/// Appends a value as JSON with sorted keys. Equal values give equal texts, different ones different texts.
pub(crate) fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number_text(*number)),
        Value::String(value) => write_text(value, text),
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(object) => {
            text.push('{');
            for (key, value) in sorted(object) {
                write_text(key, text);
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
    }
}

/// A value as JSON with sorted keys.
pub(crate) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// A value as `equal_as_strings` compares it: a string as it is, anything else as JSON.
pub(crate) fn plain(value: &Value, text: &mut String) {
    match value {
        Value::String(value) => text.push_str(value),
        other => write(other, text),
    }
}

/// The id of something that has none of its own: version 5 of what it is made of, in the namespace that Meshery uses.
pub(crate) fn derived_uuid(content: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, content.as_bytes())
}

/// As [`derived_uuid`], as text.
pub(crate) fn derived_id(content: &str) -> Text {
    id_text(derived_uuid(content))
}

/// An id as it is written.
pub(crate) fn id_text(id: Uuid) -> Text {
    Text::from(&*id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
}

/// A double that is a whole number is written like the integer, so that `8080` and `8080.0` are one.
pub(crate) fn number_text(number: Number) -> String {
    match number {
        Number::Int(value) => value.to_string(),
        Number::Unsigned(value) => value.to_string(),
        Number::Float(value) => value.to_string(),
    }
}

fn sorted(object: &Object) -> Vec<(&Text, &Value)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

fn write_text(value: &str, text: &mut String) {
    text.push('"');
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('"');
}
