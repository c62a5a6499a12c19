//! Lists whose elements differ by keys: the extension `x-kubernetes-list-type` of `map` and `set`.

use std::collections::HashMap;

use design_vocabulary::{Path, Segment};
use jsonschema::{Keyword, ValidationError};
use serde_json::Value;

/// The keyword that schemas are given for it: the keys with their defaults; none where the elements themselves must differ.
pub(crate) const KEYWORD: &str = "x-design-distinct";

/// The keyword, compiled.
pub(crate) struct Distinct {
    keys: Vec<(String, Value)>,
}

impl Distinct {
    /// The keyword with its value.
    pub fn of(value: &Value) -> Self {
        Self { keys: keys(value) }
    }
}

impl<'i> Keyword<'i> for Distinct {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        // Which elements these are is found out by whoever words the error.
        if Keyword::is_valid(self, instance) { Ok(()) } else { Err(ValidationError::custom(KEYWORD)) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let Value::Array(elements) = instance else { return true };
        // The usual list has few elements, and comparing those beats a table.
        if elements.len() <= 8 {
            let is_first = |(index, element): (usize, &Value)| {
                !elements.iter().take(index).any(|earlier| same(&self.keys, earlier, element))
            };
            return elements.len() < 2 || elements.iter().enumerate().all(is_first);
        }
        repeated(&self.keys, elements).next().is_none()
    }
}

fn keys(value: &Value) -> Vec<(String, Value)> {
    let key =
        |key: &Value| Some((key.get("name")?.as_str()?.to_owned(), key.get("default").cloned().unwrap_or_default()));
    value.as_array().into_iter().flatten().filter_map(key).collect()
}

/// The value of a key of an element; `None` where the element is no object, which another keyword judges.
fn value_of<'a>(element: &'a Value, (key, default): &'a (String, Value)) -> Option<&'a Value> {
    Some(element.as_object()?.get(key).unwrap_or(default))
}

fn same(keys: &[(String, Value)], a: &Value, b: &Value) -> bool {
    if keys.is_empty() {
        return a == b;
    }
    let has_one = |element: &Value| keys.iter().any(|(key, _)| element.get(key).is_some());
    has_one(a)
        && has_one(b)
        && keys.iter().all(|key| value_of(a, key).is_some() && value_of(a, key) == value_of(b, key))
}

/// The elements that have the keys of an earlier one, by their positions, and that one.
fn repeated<'a>(keys: &'a [(String, Value)], elements: &'a [Value]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let mut seen: HashMap<String, usize> = HashMap::new();
    elements.iter().enumerate().filter_map(move |(index, element)| {
        let text = if keys.is_empty() {
            element.to_string()
        } else {
            // An element that lacks all of its keys has other faults.
            element.as_object().filter(|object| keys.iter().any(|(key, _)| object.contains_key(key)))?;
            let values: Vec<String> = keys.iter().filter_map(|key| Some(value_of(element, key)?.to_string())).collect();
            values.join("\n")
        };
        if let Some(first) = seen.get(&text) {
            return Some((index, *first));
        }
        seen.insert(text, index);
        None
    })
}

/// An element that repeats the keys of an earlier one.
pub(crate) struct Repeated {
    /// The element.
    pub element: Path,
    /// The earlier one.
    pub first: Path,
    /// The keys with the values that are the same.
    pub keys: Vec<(String, String)>,
}

/// The elements of a list at a path that repeat an earlier one, by the keyword of its schema.
pub(crate) fn find(value: &Value, path: &[Segment], list: &Value) -> Vec<Repeated> {
    let keys = keys(value);
    let elements = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let at = |index: usize| path.iter().cloned().chain([Segment::Index(index)]).collect::<Path>();
    repeated(&keys, elements)
        .map(|(index, first)| Repeated {
            element: at(index),
            first: at(first),
            keys: keys
                .iter()
                .filter_map(|key| Some((key.0.clone(), plain(value_of(elements.get(index)?, key)?))))
                .collect(),
        })
        .collect()
}

/// A value as a person writes it: texts without quotes.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_told_apart_by_their_keys_and_defaults() {
        let keyword = json!([{"name": "port"}, {"name": "protocol", "default": "TCP"}]);
        let list = json!([{"port": 1}, {"port": 1, "protocol": "UDP"}, {"protocol": "TCP", "port": 1}, {}, {}, 1, 1]);
        let found = find(&keyword, &["ports".into()], &list);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].element, ["ports".into(), 2.into()]);
        assert_eq!(found[0].first, ["ports".into(), 0.into()]);
        assert_eq!(found[0].keys, [("port".to_owned(), "1".to_owned()), ("protocol".to_owned(), "TCP".to_owned())]);
        let long: Vec<Value> = (0..20).map(|number| json!({"port": number % 19})).collect();
        let distinct = Distinct::of(&keyword);
        assert!(!Keyword::is_valid(&distinct, &Value::Array(long.clone())));
        assert!(Keyword::is_valid(&distinct, &Value::Array(long[..19].to_vec())));
        assert!(!Keyword::is_valid(&distinct, &list));
    }

    #[test]
    fn the_elements_of_a_set_are_compared_themselves() {
        let found = find(&json!([]), &[], &json!(["a", "b", "a"]));
        assert_eq!((found.len(), &found[0].element, &found[0].first), (1, &vec![2.into()], &vec![0.into()]));
    }
}
