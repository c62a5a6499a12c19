//! The first place where two values differ.

use std::borrow::Cow;
use std::collections::BTreeSet;

use design_vocabulary::{Number, Object, Path, Segment, Value, display_path};

use crate::independent::key_in_json;

/// A place where two values differ, and what stands there on either side.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// From the root of the values.
    pub path: String,
    /// What stands in the first value.
    pub expected: String,
    /// What stands in the second value.
    pub got: String,
}

/// The first place, in the order of the first value, where two values differ. The order of keys does not count.
pub(crate) fn difference(expected: &Value, got: &Value) -> Option<Difference> {
    Comparison { path: Vec::new(), tolerant: false }.values(expected, got)
}

/// As [`difference`], for what two readers make of one text, the other reader's value first. Three things may differ:
/// whether a number is an integer or a double, keys that are not text, and spellings of numbers that only YAML 1.1 has
/// and that the other reader takes under either set of rules.
pub(crate) fn difference_between_readers(other: &Value, ours: &Value) -> Option<Difference> {
    Comparison { path: Vec::new(), tolerant: true }.values(other, ours)
}

struct Comparison {
    path: Path,
    tolerant: bool,
}

impl Comparison {
    fn values(&mut self, expected: &Value, got: &Value) -> Option<Difference> {
        match (expected, got) {
            (Value::Object(expected), Value::Object(got)) => self.objects(expected, got),
            (Value::Array(left), Value::Array(right)) => {
                for (index, (left, right)) in left.iter().zip(right).enumerate() {
                    let found = self.inside(index.into(), left, right);
                    if found.is_some() {
                        return found;
                    }
                }
                (left.len() != right.len()).then(|| self.at(expected, got))
            }
            _ => (expected != got && !(self.tolerant && is_tolerable(expected, got))).then(|| self.at(expected, got)),
        }
    }

    fn objects(&mut self, expected: &Object, got: &Object) -> Option<Difference> {
        let mut known: BTreeSet<Cow<'_, str>> = BTreeSet::new();
        for (key, value) in expected.iter() {
            let here = self.key(key, got);
            let found = match got.get(&here) {
                Some(other) => self.inside(key.clone().into(), value, other),
                None => Some(self.one_side(key, Some(value))),
            };
            if found.is_some() {
                return found;
            }
            known.insert(here);
        }
        let added = got.keys().find(|key| !known.contains(key.as_str()))?;
        Some(Difference { expected: "nothing".to_owned(), got: shown(got.get(added)), ..self.one_side(added, None) })
    }

    /// What a key is called on the other side.
    fn key<'k>(&self, key: &'k str, got: &Object) -> Cow<'k, str> {
        if !self.tolerant || got.contains_key(key) {
            return Cow::Borrowed(key);
        }
        key_in_json(key).map_or(Cow::Borrowed(key), Cow::Owned)
    }

    fn inside(&mut self, segment: Segment, expected: &Value, got: &Value) -> Option<Difference> {
        self.path.push(segment);
        let found = self.values(expected, got);
        self.path.pop();
        found
    }

    fn at(&self, expected: &Value, got: &Value) -> Difference {
        Difference { path: display_path(&self.path), expected: shown(Some(expected)), got: shown(Some(got)) }
    }

    fn one_side(&self, key: &str, expected: Option<&Value>) -> Difference {
        let path = [self.path.as_slice(), &[key.into()]].concat();
        Difference { path: display_path(&path), expected: shown(expected), got: "nothing".to_owned() }
    }
}

fn is_tolerable(other: &Value, ours: &Value) -> bool {
    match (other, ours) {
        (Value::Number(other), Value::Number(ours)) => float(*other).to_bits() == float(*ours).to_bits(),
        (Value::Number(_), Value::String(text)) => {
            let digits = text.trim_start_matches(['+', '-']);
            digits.contains('_') || digits.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0b"))
        }
        _ => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "two readers may choose an integer and a double for one text")]
fn float(number: Number) -> f64 {
    match number {
        Number::Int(value) => value as f64,
        Number::Unsigned(value) => value as f64,
        Number::Float(value) => value,
    }
}

/// A value in one short line.
pub(crate) fn shown(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Number(Number::Int(value))) => value.to_string(),
        Some(Value::Number(Number::Unsigned(value))) => value.to_string(),
        Some(Value::Number(Number::Float(value))) => format!("{value:?}"),
        Some(Value::String(text)) => format!("{:?}", text.as_str()),
        Some(Value::Array(elements)) => format!("a list of {}", elements.len()),
        Some(Value::Object(object)) => format!("a mapping of {}", object.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::independent::{Reading, read};

    fn value(text: &str) -> Value {
        read(text, Reading::Core).unwrap().remove(0)
    }

    #[test]
    fn the_first_difference_is_named() {
        let found =
            |a: &str, b: &str| difference(&value(a), &value(b)).map(|found| (found.path, found.expected, found.got));
        let some = |path: &str, expected: &str, got: &str| Some((path.to_owned(), expected.to_owned(), got.to_owned()));
        assert_eq!(found("{a: 1, b: [x]}", "{b: [x], a: 1}"), None);
        assert_eq!(found("{a: {b: [1, 2]}}", "{a: {b: [1, '2']}}"), some("a.b[1]", "2", "\"2\""));
        assert_eq!(found("{a: [1]}", "{a: [1, 2]}"), some("a", "a list of 1", "a list of 2"));
        assert_eq!(found("{a: 1}", "{b: 1}"), some("a", "1", "nothing"));
        assert_eq!(found("{}", "{b: 1}"), some("b", "nothing", "1"));
        assert_eq!(found("{a: 1}", "{a: 1.0}"), some("a", "1", "1.0"));
    }

    #[test]
    fn two_readers_may_differ_in_three_things_only() {
        let found = |a: &str, b: &str| difference_between_readers(&value(a), &value(b)).is_some();
        assert!(!found("{a: 1}", "{a: 1.0}"));
        assert!(!found("{on: 1}", "{'true': 1}"));
        assert!(!found("{a: 1000}", "{a: '1_000'}"));
        assert!(found("{a: 1000}", "{a: '1000'}"));
        assert!(found("{a: '1000'}", "{a: 1000}"));
        assert!(found("{on: 1}", "{'false': 1}"));
    }
}
