//! The properties of a component or trait: each is taken once, and what nobody took is told of.

use design_registry::nearest;
use design_source::Traced;
use design_syntax::{Kind, NodeRef};
use design_vocabulary::Span;

use crate::Problem;
use crate::said::said;

/// The properties of one component or trait.
pub(crate) struct Properties<'d> {
    /// What they are properties of, such as "the trait `scaler`".
    of: String,
    /// Where the component or trait stands.
    place: Span,
    node: Option<NodeRef<'d>>,
    taken: Vec<&'static str>,
    /// Keys beside the properties that mean something else.
    others: Vec<&'d str>,
}

impl<'d> Properties<'d> {
    /// The properties of something that stands at a place; `node` is the mapping that holds them, where there is one.
    pub fn new(of: String, place: Span, node: Option<NodeRef<'d>>) -> Self {
        Self { of, place, node: node.map(NodeRef::resolved), taken: Vec::new(), others: Vec::new() }
    }

    /// The same where some keys beside the properties mean something else.
    pub fn beside(mut self, others: Vec<&'d str>) -> Self {
        self.others = others;
        self
    }

    /// Where the properties stand, or what they are missing from.
    pub fn place(&self) -> Span {
        self.node.map_or(self.place, NodeRef::span)
    }

    /// What they are properties of.
    pub fn of(&self) -> &str {
        &self.of
    }

    /// The node that holds them.
    pub fn node(&self) -> Option<NodeRef<'d>> {
        self.node
    }

    /// The node of a property; null counts as absent.
    pub fn take(&mut self, key: &'static str) -> Option<NodeRef<'d>> {
        self.taken.push(key);
        let node = self.node?.get(key)?;
        let is_null = node.kind() == Kind::Scalar && said(node).to_value().is_null();
        (!is_null).then_some(node)
    }

    /// The value of a property, with the place of its key.
    pub fn said(&mut self, key: &'static str) -> Option<Traced> {
        self.take(key)?;
        let (name, value) = self.node?.entry(key)?;
        Some(said(value).under(Some(name.span())))
    }

    /// The value of a property, or one that is meant where nothing is said.
    pub fn said_or(&mut self, key: &'static str, default: impl Into<design_vocabulary::Value>) -> Traced {
        self.said(key).unwrap_or_else(|| Traced::new(self.place(), default))
    }

    /// The elements of a property that is a list of mappings, each with properties of its own.
    pub fn each(&mut self, key: &'static str) -> Vec<Properties<'d>> {
        let Some(list) = self.take(key) else { return Vec::new() };
        let of = format!("`{key}` of {}", self.of);
        list.children().map(|item| Properties::new(of.clone(), item.span(), Some(item))).collect()
    }

    /// A property that is a mapping, with properties of its own.
    pub fn inner(&mut self, key: &'static str) -> Option<Properties<'d>> {
        let node = self.take(key)?;
        Some(Properties::new(format!("`{key}` of {}", self.of), node.span(), Some(node)))
    }

    /// The value of a property that has to be there.
    pub fn needed(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<Traced> {
        let value = self.said(key);
        if value.is_none() {
            let message = format!("{} needs the property `{key}`", self.of);
            problems.push(Problem::Invalid { message, span: self.place() });
        }
        value
    }

    /// Tells of the properties that nobody took.
    pub fn finish(self, problems: &mut Vec<Problem>) {
        let Some(node) = self.node else { return };
        if node.kind() != Kind::Mapping {
            let message = format!("the properties of {} are not a mapping", self.of);
            problems.push(Problem::Invalid { message, span: node.span() });
        }
        let is_unknown = |key: &str| key != "<<" && !self.taken.contains(&key) && !self.others.contains(&key);
        for (key, _) in node.entries().filter(|(key, _)| is_unknown(key.text())) {
            problems.push(Problem::UnknownProperty {
                property: key.text().into(),
                of: self.of.clone(),
                nearest: nearest(key.text(), self.taken.iter().copied()),
                span: key.span(),
            });
        }
    }
}
