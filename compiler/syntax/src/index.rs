//! Entries of long collections by key and by number, so that asking for each of them does not cost the square of their
//! number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::arena::{NodeId, NodeRef, is_merge};
use crate::scalar::key_text;

/// The key and the value of an entry.
type Entry = (NodeId, NodeId);

/// Entries by key; of equal keys the last.
type Keys = HashMap<Box<str>, Entry>;

/// The indexes of a document, each made when its collection is first looked into.
#[derive(Debug, Default)]
pub(crate) struct Indexes {
    keys: Mutex<HashMap<NodeId, Arc<Keys>>>,
    elements: Mutex<HashMap<NodeId, Arc<[NodeId]>>>,
}

impl Indexes {
    /// The last entry of a mapping with that key, merge keys left out.
    pub(crate) fn entry<'a>(&self, mapping: NodeRef<'a>, key: &str) -> Option<(NodeRef<'a>, NodeRef<'a>)> {
        let index = made(&self.keys, mapping.id(), || Arc::new(keys(mapping)));
        let (name, value) = *index.get(key)?;
        Some((mapping.document().node(name)?, mapping.document().node(value)?))
    }

    /// The element of a sequence with that number, from 0.
    pub(crate) fn element<'a>(&self, sequence: NodeRef<'a>, number: usize) -> Option<NodeRef<'a>> {
        let index = made(&self.elements, sequence.id(), || sequence.children().map(NodeRef::id).collect());
        sequence.document().node(*index.get(number)?)
    }
}

fn made<Index: Clone>(indexes: &Mutex<HashMap<NodeId, Index>>, id: NodeId, make: impl FnOnce() -> Index) -> Index {
    // An index is put in whole, so a thread that panicked elsewhere left none half made.
    indexes.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_insert_with(make).clone()
}

fn keys(mapping: NodeRef<'_>) -> Keys {
    let entries = mapping.entries().filter(|(name, _)| !is_merge(*name));
    entries.map(|(name, value)| (Box::from(key_text(name).as_ref()), (name.id(), value.id()))).collect()
}

#[cfg(test)]
mod tests {
    use design_vocabulary::{FileId, Value};

    use crate::{Limits, SourceText, lower, parse};

    #[test]
    fn keys_of_long_mappings_are_found_as_the_value_has_them() {
        let keys: String = (0..200).map(|number| format!("k{}: {number}\n", number % 150)).collect();
        let text = format!("a: &a {{x: 1, k1: 2}}\n{keys}<<: *a\n");
        let parsed = parse(&SourceText::new(FileId(0), "a.yaml", &text), &Limits::default());
        let root = parsed.documents[0].root().unwrap();
        let value = lower(root, &mut Vec::new());
        let found = |key: &str| root.get(key).map(|node| lower(node, &mut Vec::new()));
        for (key, expected) in value.as_object().unwrap().iter() {
            assert_eq!(found(key).as_ref(), Some(expected), "{key}");
        }
        assert_eq!(found("k10"), Some(Value::from(160)));
        assert_eq!((found("x"), found("y")), (Some(Value::from(1)), None));
    }

    #[test]
    fn elements_of_long_sequences_are_found_by_number() {
        let text: String = (0..200).map(|number| format!("- {{v: [{number}]}}\n")).collect();
        let parsed = parse(&SourceText::new(FileId(0), "a.yaml", &text), &Limits::default());
        let root = parsed.documents[0].root().unwrap();
        for number in [0, 64, 65, 199] {
            let (followed, _, found) = root.follow(&[number.into(), "v".into(), 0.into()]);
            assert_eq!((followed, found.text()), (3, number.to_string().as_str()));
        }
        assert_eq!(root.follow(&[200.into()]).0, 0);
    }
}
