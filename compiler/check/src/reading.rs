//! Short ways to what stands in a component.

use design_vocabulary::{Component, Object, Path, Segment, Value};

/// The value below the configuration under some keys, one inside of the other.
pub(crate) fn at<'a>(component: &'a Component, keys: &[&str]) -> Option<&'a Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(component.configuration.get(first)?, |value, key| value.get(key))
}

/// The text under a key.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// The elements of the list under a key; none where there is no list.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).unwrap_or_default()
}

/// The texts of the list under a key, each with its position.
pub(crate) fn texts<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (usize, &'a str)> {
    list(value, key).iter().enumerate().filter_map(|(position, value)| Some((position, value.as_str()?)))
}

/// An annotation of an object.
pub(crate) fn annotation<'a>(component: &'a Component, key: &str) -> Option<&'a str> {
    text(component.metadata()?.get("annotations")?, key)
}

/// The labels that a mapping holds, sorted; what is no text is passed over.
pub(crate) fn labels(object: &Object) -> Vec<(&str, &str)> {
    let mut labels: Vec<(&str, &str)> =
        object.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect();
    labels.sort_unstable();
    labels
}

/// A path from the component's root to a field of the configuration.
pub(crate) fn path<const N: usize>(segments: [Segment; N]) -> Path {
    std::iter::once("configuration".into()).chain(segments).collect()
}
