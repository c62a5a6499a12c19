//! A value of a configuration together with its place.

use design_source::Written;
use design_syntax::{Document, NodeId, Rules, lower};
use design_vocabulary::{FileId, Segment, Span, Text, Value};

use crate::files::Problems;
use crate::{Fault, Problem};

/// The documents of a build. Their numbers are those of the source map that comes out of it.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// The documents, in the order in which they were read.
    pub documents: Vec<Document>,
}

impl Store {
    /// Takes over a document, to be read under some rules. Returns its number.
    pub fn add(&mut self, mut document: Document, rules: Rules) -> u32 {
        document.set_rules(rules);
        self.documents.push(document);
        u32::try_from(self.documents.len() - 1).unwrap_or(u32::MAX)
    }

    /// The value of a document.
    pub fn value(&self, document: u32, problems: &mut Problems) -> Value {
        let mut syntax = Vec::new();
        let root = self.documents.get(document as usize).and_then(Document::root);
        let value = root.map_or(Value::Null, |root| lower(root, &mut syntax));
        problems.extend(syntax.into_iter().map(|problem| {
            let at = self.span(Written::root(document));
            Problem { fault: Fault::Syntax(problem), at, related: None }
        }));
        value
    }

    /// The bytes of a value.
    pub fn span(&self, written: Written) -> Span {
        written.span(&self.documents).unwrap_or(Span::start_of(FileId(0)))
    }

    /// The place to point at for a value as a whole: its key, or where it begins.
    pub fn head(&self, written: Written) -> Span {
        written.key_span(&self.documents).unwrap_or_else(|| {
            let node = written.node(&self.documents).map(|(_, node)| node.resolved());
            node.and_then(|node| node.entries().next()).map_or_else(|| self.span(written), |(key, _)| key.span())
        })
    }

    /// The place of a value below another.
    pub fn step(&self, written: Written, segment: &Segment) -> Written {
        written.step(&self.documents, segment).0
    }
}

/// A value together with its place.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub at: Written,
}

impl Cursor {
    /// The value of a document.
    pub fn root(store: &Store, document: u32, problems: &mut Problems) -> Self {
        let key = None;
        Self { value: store.value(document, problems), at: Written::Node { document, key, node: NodeId::ROOT } }
    }

    /// The value of a key, whose case does not count, as in kustomize's own configuration; `None` where it is absent or null.
    pub fn get(&self, store: &Store, key: &str) -> Option<Self> {
        let object = self.value.as_object()?;
        let exact = object.get(key).map(|value| (Text::from(key), value));
        let other = || object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(n, v)| (n.clone(), v));
        let (name, value) = exact.or_else(other).filter(|(_, value)| !value.is_null())?;
        Some(Self { value: value.clone(), at: store.step(self.at, &Segment::Key(name)) })
    }

    /// The elements of a list; nothing for other values.
    pub fn items(&self, store: &Store) -> Vec<Self> {
        let elements = self.value.as_array().unwrap_or_default().iter().enumerate();
        elements.map(|(index, value)| Self { value: value.clone(), at: store.step(self.at, &index.into()) }).collect()
    }

    /// The entries of a mapping; nothing for other values.
    pub fn entries(&self, store: &Store) -> Vec<(Text, Self)> {
        let entries = self.value.as_object().into_iter().flat_map(design_vocabulary::Object::iter);
        entries
            .map(|(key, value)| {
                let at = store.step(self.at, &Segment::Key(key.clone()));
                (key.clone(), Self { value: value.clone(), at })
            })
            .collect()
    }

    /// The text of a scalar as people write it; `None` for null and collections.
    pub fn text(&self) -> Option<Text> {
        text_of(&self.value)
    }
}

/// The text of a scalar; `None` for null and collections.
pub(crate) fn text_of(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(if *value { "true".into() } else { "false".into() }),
        Value::Number(number) => Some(number_text(*number)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number as it is written.
pub(crate) fn number_text(number: design_vocabulary::Number) -> Text {
    use design_vocabulary::Number;
    match number {
        Number::Int(value) => value.to_string().into(),
        Number::Unsigned(value) => value.to_string().into(),
        Number::Float(value) => value.to_string().into(),
    }
}
