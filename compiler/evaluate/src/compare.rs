//! The strategies by which the values of two fields are compared.

use design_vocabulary::{Number, Object, Strategy, Value};

use crate::canonical::{number_text, plain};

/// How a pair of fields is compared where its definition says nothing.
const DEFAULT: &[Strategy] = &[Strategy::Equal];

/// The strategies of the pair at a position.
pub(crate) fn of_pair(matrix: &[ecow::EcoVec<Strategy>], position: usize) -> &[Strategy] {
    matrix.get(position).map(ecow::EcoVec::as_slice).filter(|row| !row.is_empty()).unwrap_or(DEFAULT)
}

/// Whether all strategies hold. Absent is not a value: a pair of which either side is absent never matches.
pub(crate) fn holds(strategies: &[Strategy], mutator: Option<&Value>, mutated: Option<&Value>) -> bool {
    let (Some(mutator), Some(mutated)) = (mutator, mutated) else { return false };
    strategies.iter().all(|strategy| match strategy {
        Strategy::NotNull => true,
        Strategy::EqualAsStrings => same_text(mutator, mutated),
        Strategy::ToContainsFrom => says_something(mutator) && contains(mutated, mutator),
        Strategy::Equal | Strategy::Other(_) => equal(mutator, mutated),
    })
}

/// Whether two values are the same JSON value, whatever the order of keys, and `1` the same as `1.0`.
pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => same_number(*one, *other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => one.len() == other.len() && contains_object(other, one, equal),
        _ => one == other,
    }
}

/// Whether a value has all that a part has: mappings entry by entry, anything else whole.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            contains_object(whole, part, |part, whole| contains(whole, part))
        }
        _ => equal(whole, part),
    }
}

fn contains_object(whole: &Object, part: &Object, holds: impl Fn(&Value, &Value) -> bool) -> bool {
    part.iter().all(|(key, value)| whole.get(key).is_some_and(|other| holds(value, other)))
}

fn same_number(one: Number, other: Number) -> bool {
    one == other || number_text(one) == number_text(other)
}

fn same_text(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| {
        let mut text = String::new();
        plain(value, &mut text);
        text
    };
    text(one) == text(other)
}

/// Whether a value has an entry at all: a mapping without any selects nothing.
pub(crate) fn says_something(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(_, value)| says_something(value)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn strategies_compare_as_they_are_called() {
        let table = [
            ("equal", r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1.0}"#, true),
            ("equal", "1", "\"1\"", false),
            ("equal_as_strings", "8080", "\"8080\"", true),
            ("equal_as_strings", "1000000", "\"1000000\"", true),
            ("to_contains_from", r#"{"a":"x"}"#, r#"{"a":"x","b":"y"}"#, true),
            ("to_contains_from", r#"{"a":"x","b":"y"}"#, r#"{"a":"x"}"#, false),
            ("to_contains_from", "{}", r#"{"a":"x"}"#, false),
            ("not_null", "1", "2", true),
            ("not-a-strategy", "1", "2", false),
        ];
        for (name, mutator, mutated, expected) in table {
            let found = holds(&[Strategy::named(name)], Some(&value(mutator)), Some(&value(mutated)));
            assert_eq!(found, expected, "{name} {mutator} {mutated}");
        }
        assert!(!holds(&[Strategy::Equal], None, None), "absent is not a value");
    }
}
