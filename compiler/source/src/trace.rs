//! Where the values of an object stand that was put together from several documents.

use std::collections::BTreeMap;

use design_syntax::{Document, NodeId, NodeRef};
use design_vocabulary::{Segment, Span};

use crate::Located;

/// Where a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As a node of a document of the source map, by the number of the document.
    Node {
        /// The document.
        document: u32,
        /// The key that the value stands under, where it stands under one.
        key: Option<NodeId>,
        /// The value.
        node: NodeId,
    },
    /// As a range of a text that was not parsed as a document, such as a line of an env file.
    Text(Span),
}

impl Written {
    /// The outermost node of a document.
    pub fn root(document: u32) -> Self {
        Self::Node { document, key: None, node: NodeId::ROOT }
    }

    /// One step into the value: the place of a key's value or of an element. A place that is no node, or has no such value,
    /// stays what it is, and the second part says so.
    #[must_use]
    pub fn step(self, documents: &[Document], segment: &Segment) -> (Self, bool) {
        let Some((document, node)) = self.node(documents) else { return (self, true) };
        let (followed, key, value) = node.follow(std::slice::from_ref(segment));
        if followed == 0 {
            return (self, false);
        }
        (Self::Node { document, key: key.map(NodeRef::id), node: value.id() }, true)
    }

    /// The node, with the number of its document; `None` for other texts.
    pub fn node(self, documents: &[Document]) -> Option<(u32, NodeRef<'_>)> {
        match self {
            Self::Node { document, node, .. } => Some((document, documents.get(document as usize)?.node(node)?)),
            Self::Text(_) => None,
        }
    }

    /// The bytes of the value; of a value that is no node the range itself.
    pub fn span(self, documents: &[Document]) -> Option<Span> {
        match self {
            Self::Text(span) => Some(span),
            Self::Node { .. } => self.node(documents).map(|(_, node)| node.span()),
        }
    }

    /// The bytes of the key, where the value stands under one.
    pub fn key_span(self, documents: &[Document]) -> Option<Span> {
        match self {
            Self::Node { document, key: Some(key), .. } => Some(documents.get(document as usize)?.node(key)?.span()),
            _ => None,
        }
    }

    pub(crate) fn shift(&mut self, by: u32) {
        if let Self::Node { document, .. } = self {
            *document += by;
        }
    }
}

/// The values of an object that do not stand where the value around them does: those that a patch set, and the elements
/// of a list whose order changed. An empty trace says that the object is as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Where the value itself was written; `None`: inside the value around it, under the same key or number.
    pub written: Option<Written>,
    below: BTreeMap<Segment, Trace>,
}

impl Trace {
    /// The trace of a value that was written elsewhere than the value around it.
    pub fn at(written: Written) -> Self {
        Self { written: Some(written), below: BTreeMap::new() }
    }

    /// Whether nothing is known beyond the place of the value around it.
    pub fn is_empty(&self) -> bool {
        self.written.is_none() && self.below.is_empty()
    }

    /// The trace of a key's value or of an element.
    pub fn get(&self, segment: &Segment) -> Option<&Self> {
        self.below.get(segment)
    }

    /// Takes the trace of a key's value or of an element out; an empty one where there is none.
    #[must_use]
    pub fn take(&mut self, segment: &Segment) -> Self {
        if self.below.is_empty() { Self::default() } else { self.below.remove(segment).unwrap_or_default() }
    }

    /// Sets the trace of a key's value or of an element; an empty one needs no room.
    pub fn put(&mut self, segment: Segment, trace: Self) {
        if trace.is_empty() {
            self.below.remove(&segment);
        } else {
            self.below.insert(segment, trace);
        }
    }

    /// Says where the value at a path was written, as a whole.
    pub fn set(&mut self, path: &[Segment], written: Written) {
        match path.split_first() {
            None => *self = Self::at(written),
            Some((first, rest)) => self.below.entry(first.clone()).or_default().set(rest, written),
        }
    }

    /// Forgets what is known of the value at a path, which is no more.
    pub fn forget(&mut self, path: &[Segment]) {
        match path {
            [] => *self = Self::default(),
            [last] => {
                self.below.remove(last);
            }
            [first, rest @ ..] => {
                if let Some(inner) = self.below.get_mut(first) {
                    inner.forget(rest);
                }
            }
        }
    }

    /// The place of the value at a path of an object that begins at `start`; the number of segments that lead somewhere.
    pub fn follow(&self, documents: &[Document], start: Written, path: &[Segment]) -> (Written, usize) {
        let mut trace = Some(self);
        let mut place = self.written.unwrap_or(start);
        for (followed, segment) in path.iter().enumerate() {
            trace = trace.and_then(|trace| trace.get(segment));
            if let Some(written) = trace.and_then(|trace| trace.written) {
                place = written;
                continue;
            }
            let (next, found) = place.step(documents, segment);
            // A value below may have a place of its own though this one has none: a mapping that patches made.
            if !found && trace.is_none() {
                return (place, followed);
            }
            place = next;
        }
        (place, path.len())
    }

    /// The same as a place for findings.
    pub(crate) fn locate(&self, documents: &[Document], start: Written, path: &[Segment]) -> Option<Located> {
        let (place, followed) = self.follow(documents, start, path);
        Some(Located {
            key: place.key_span(documents),
            value: place.span(documents)?,
            complete: followed == path.len(),
        })
    }

    pub(crate) fn shift(&mut self, by: u32) {
        if let Some(written) = &mut self.written {
            written.shift(by);
        }
        for inner in self.below.values_mut() {
            inner.shift(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use design_syntax::{Limits, SourceText, parse};
    use design_vocabulary::FileId;

    use super::*;

    #[test]
    fn a_patched_value_stands_in_the_patch_and_its_neighbour_where_it_was() {
        let mut documents = Vec::new();
        for (file, text) in
            [(0, "spec: {list: [{name: a, x: 1}, {name: b}]}\n"), (1, "spec: {list: [{name: b, x: 2}]}\n")]
        {
            documents.extend(parse(&SourceText::new(FileId(file), "a.yaml", text), &Limits::default()).documents);
        }
        let path =
            |index: usize, key: &str| -> Vec<Segment> { vec!["spec".into(), "list".into(), index.into(), key.into()] };
        let at = |document: u32, index: usize| {
            let start = Trace::default();
            start.follow(&documents, Written::root(document), &path(index, "name")[..3]).0
        };
        // The list after the merge: b of the base with a key of the patch, then a.
        let mut trace = Trace::default();
        trace.set(&path(0, "x")[..3], at(0, 1));
        trace.set(&path(0, "x"), Trace::default().follow(&documents, Written::root(1), &path(0, "x")).0);
        trace.set(&path(1, "x")[..3], at(0, 0));
        let span = |path: &[Segment]| {
            let located = trace.locate(&documents, Written::root(0), path).unwrap();
            assert!(located.complete);
            (located.value.file.0, located.value.start)
        };
        assert_eq!(span(&path(0, "name")), (0, 38));
        assert_eq!(span(&path(0, "x")), (1, 27));
        assert_eq!(span(&path(1, "x")), (0, 27));
        assert!(!trace.locate(&documents, Written::root(0), &path(1, "y")).unwrap().complete);
    }
}
