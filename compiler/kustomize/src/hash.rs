//! The hash that becomes part of the name of a generated object.

use design_vocabulary::{Object, Value};
use sha2::{Digest as _, Sha256};

use crate::cursor::number_text;

/// The first ten digits of the SHA-256 of the content as JSON, in letters and digits of which none makes a word.
pub(crate) fn of(object: &Object) -> String {
    let mut hashed: Vec<(&str, Value)> = Vec::new();
    let kind = object.get_str("kind").unwrap_or_default();
    let or_empty = |key: &str| object.get(key).cloned().unwrap_or_else(|| Value::from(""));
    let is_map = |key: &str| matches!(object.get(key), Some(Value::Object(_)));
    hashed.push(("data", or_empty("data")));
    hashed.push(("kind", Value::from(kind)));
    // The name counts as empty: an object of the same content keeps its hash when it is renamed.
    hashed.push(("name", Value::from("")));
    if kind == "Secret" {
        if is_map("stringData") {
            hashed.push(("stringData", or_empty("stringData")));
        }
        hashed.push(("type", or_empty("type")));
    } else if is_map("binaryData") {
        hashed.push(("binaryData", or_empty("binaryData")));
    }
    let mut text = String::new();
    json(&Value::Object(hashed.into_iter().collect()), &mut text);
    let digest = Sha256::digest(text.as_bytes());
    let digits: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let letter = |digit: char| match digit {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    };
    digits.chars().map(letter).collect()
}

/// JSON as Go writes it: keys sorted, what HTML would read escaped.
pub(crate) fn json(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number_text(*number)),
        Value::String(string) => quoted(string, text),
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                json(element, text);
            }
            text.push(']');
        }
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                quoted(key, text);
                text.push(':');
                json(value, text);
            }
            text.push('}');
        }
    }
}

fn quoted(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}
