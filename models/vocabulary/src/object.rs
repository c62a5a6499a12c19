//! An object of a configuration: unique keys in the order of the file.

use ecow::EcoVec;

use crate::{Text, Value};

/// A mapping from unique keys to values that keeps its order.
///
/// Lookup is linear: the objects of a configuration are small, and their order is part of the output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(EcoVec<(Text, Value)>);

impl Object {
    /// An object without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes entries whose keys are known to differ. Where two are equal all the same, lookup finds the first.
    pub fn from_unique(entries: EcoVec<(Text, Value)>) -> Self {
        Self(entries)
    }

    /// Whether two objects share their entries, so that they are equal without being compared.
    pub fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.0.as_slice(), other.0.as_slice())
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text of a key's value, where it is a string.
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// Whether the key is there.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key, to be changed in place; shared parts are copied first.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        self.0.make_mut().get_mut(index).map(|(_, value)| value)
    }

    /// The values in order, to be changed in place; shared parts are copied first.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.make_mut().iter_mut().map(|(_, value)| value)
    }

    /// Sets a key: in its place where it is there, else at the end. Returns the value that was there.
    pub fn insert(&mut self, key: impl Into<Text>, value: Value) -> Option<Value> {
        let key = key.into();
        if let Some(old) = self.get_mut(&key) {
            return Some(std::mem::replace(old, value));
        }
        self.0.push((key, value));
        None
    }

    /// Takes a key out, the order of the others kept.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(index).1)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &Value)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().map(|(key, _)| key)
    }
}

impl IntoIterator for Object {
    type Item = (Text, Value);
    type IntoIter = ecow::vec::IntoIter<(Text, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Into<Text>> FromIterator<(K, Value)> for Object {
    /// A later entry with the key of an earlier one takes its place.
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let mut object = Self::new();
        for (key, value) in entries {
            object.insert(key, value);
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_keys_are_unique() {
        let mut object: Object =
            [("b", Value::from(1)), ("a", Value::from(2)), ("b", Value::from(3))].into_iter().collect();
        assert_eq!(object.keys().map(Text::as_str).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(object.get("b"), Some(&Value::from(3)));
        assert_eq!(object.remove("b"), Some(Value::from(3)));
        assert_eq!(object.len(), 1);
    }

    #[test]
    fn a_clone_shares_until_it_is_changed() {
        let first: Object = [("a", Value::from(1))].into_iter().collect();
        let mut second = first.clone();
        second.insert("a", Value::from(2));
        assert_eq!(first.get("a"), Some(&Value::from(1)));
    }
}
