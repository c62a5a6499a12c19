//! Values inside a text.

use design_vocabulary::{Number, Value};

/// A scalar as it stands inside a text: numbers as JavaScript and Go's JSON write them (`1`, `0.5`, `1e+21`), so that a
/// chart writes the same. `None` for null, lists and mappings.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(Number::Int(value)) => Some(value.to_string()),
        Value::Number(Number::Unsigned(value)) => Some(value.to_string()),
        Value::Number(Number::Float(value)) => Some(float(*value)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a value is, as a noun with its article.
pub(crate) fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

fn float(value: f64) -> String {
    if value == 0.0 || (1e-6..1e21).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_json() {
        for (value, text) in
            [(1.0, "1"), (0.5, "0.5"), (1e21, "1e+21"), (1.5e-7, "1.5e-7"), (-2.25, "-2.25"), (1e6, "1000000")]
        {
            assert_eq!(text_of(&Value::Number(Number::Float(value))).as_deref(), Some(text));
        }
        assert_eq!(text_of(&Value::Null), None);
    }
}
