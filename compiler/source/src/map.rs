//! From a value of a design back to its place in the text.

use std::collections::BTreeMap;

use design_syntax::{Document, NodeId, NodeRef};
use design_vocabulary::{Path, Segment, Span};

use crate::{Trace, Written};

/// Where the values of a design stand.
///
/// Paths are those of a component: `component.kind`, `displayName`, `configuration.spec.replicas`. Each form of source
/// says how such a path reads in its own document; a path that leads further than the document does ends at the nearest
/// value that is there.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    documents: Vec<Document>,
    components: Vec<Origin>,
    relationships: Vec<(u32, NodeId)>,
    externals: Vec<Span>,
    /// The places of relationships that have no node of their own, by the position of the relationship.
    related: BTreeMap<usize, Span>,
}

/// Where a component comes from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub document: u32,
    pub base: Base,
}

/// What the node of a component is.
#[derive(Clone, Debug)]
pub(crate) enum Base {
    /// A Kubernetes object.
    Object(NodeId),
    /// An entry of `components`.
    Component(NodeId),
    /// A service of the legacy form.
    Service(NodeId),
    /// A Kubernetes object that was put together from several documents.
    Traced(Written, Box<Trace>),
    /// Nothing that can be followed: the places are listed.
    Places(Box<Places>),
}

/// The places of a value and of its parts.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The key that it stands under, where that has a place.
    pub key: Option<Span>,
    /// What it was made from.
    pub place: Span,
    /// Its parts.
    pub children: Vec<(Segment, Places)>,
}

/// The place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The key that the value stands under; `None` for list elements and for the component itself.
    pub key: Option<Span>,
    /// The value, or the nearest one above it that exists.
    pub value: Span,
    /// Whether the whole path was found.
    pub complete: bool,
}

impl Located {
    /// The most telling place: the value where it is there, else the key under which it is missing.
    pub fn best(self) -> Span {
        if self.complete { self.value } else { self.key.unwrap_or(self.value) }
    }

    /// The key where there is one, else the value.
    pub fn key_or_value(self) -> Span {
        self.key.unwrap_or(self.value)
    }
}

impl SourceMap {
    /// Takes over a document, behind the ones that are here. Returns its number.
    pub fn push_document(&mut self, document: Document) -> u32 {
        self.documents.push(document);
        u32::try_from(self.documents.len() - 1).unwrap_or(u32::MAX)
    }

    /// The next component is an object that begins at a place, and parts of which may stand elsewhere.
    pub fn push_traced(&mut self, start: Written, trace: Trace) {
        self.push_component(Origin { document: 0, base: Base::Traced(start, Box::new(trace)) });
    }

    pub(crate) fn push_component(&mut self, origin: Origin) {
        self.components.push(origin);
    }

    pub(crate) fn push_relationship(&mut self, document: u32, node: NodeId) {
        self.relationships.push((document, node));
    }

    /// Keeps the components whose flag says so.
    pub(crate) fn retain_components(&mut self, kept: &[bool]) {
        let mut flags = kept.iter();
        self.components.retain(|_| flags.next().copied().unwrap_or(true));
    }

    /// Adds the place of a relationship that was made from elsewhere.
    pub(crate) fn push_related(&mut self, place: Span) {
        self.related.insert(self.relationships.len(), place);
        self.relationships.push((0, NodeId::ROOT));
    }

    /// Adds a document that the design was read from, so that its comments count.
    pub fn add_document(&mut self, document: Document) {
        self.push_document(document);
    }

    /// The next declaration of something from outside stands here.
    pub fn push_external(&mut self, span: Span) {
        self.externals.push(span);
    }

    /// Takes over the documents and components of another map, behind the ones that are here.
    pub(crate) fn append(&mut self, other: Self) {
        let shift = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        self.documents.extend(other.documents);
        self.components.extend(other.components.into_iter().map(|mut origin| {
            if let Base::Traced(start, trace) = &mut origin.base {
                start.shift(shift);
                trace.shift(shift);
            }
            Origin { document: origin.document + shift, ..origin }
        }));
        self.externals.extend(other.externals);
        let behind = self.relationships.len();
        self.related.extend(other.related.into_iter().map(|(position, place)| (position + behind, place)));
        self.relationships.extend(other.relationships.into_iter().map(|(document, node)| (document + shift, node)));
    }

    /// The node that a component begins at, and whether it is an entry of `components`; `None` for a service of the legacy
    /// form, whose paths are not those of a component.
    pub(crate) fn origin(&self, component: usize) -> Option<(NodeRef<'_>, bool)> {
        let origin = self.components.get(component)?;
        let node = |node: &NodeId| self.documents.get(origin.document as usize)?.node(*node);
        match &origin.base {
            Base::Object(id) => Some((node(id)?, false)),
            Base::Component(id) => Some((node(id)?, true)),
            Base::Service(_) | Base::Places(_) => None,
            Base::Traced(start, _) => Some((start.node(&self.documents)?.1, false)),
        }
    }

    /// The number of components.
    pub(crate) fn component_count(&self) -> usize {
        self.components.len()
    }

    /// The document of each component, by its number; `None` where not each component is an object as one document has it.
    pub fn component_documents(&self) -> Option<Vec<usize>> {
        let document = |origin: &Origin| match origin.base {
            Base::Object(_) => Some(origin.document as usize),
            Base::Component(_) | Base::Service(_) | Base::Traced(..) | Base::Places(_) => None,
        };
        self.components.iter().map(document).collect()
    }

    /// The documents that the design was read from.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The place of a field of a component, which is named by its position in the design.
    pub fn locate(&self, component: usize, path: &[Segment]) -> Option<Located> {
        let origin = self.components.get(component)?;
        match &origin.base {
            Base::Traced(start, trace) => return trace.locate(&self.documents, *start, &as_object_path(path)),
            Base::Places(places) => return Some(places.locate(path)),
            Base::Object(_) | Base::Component(_) | Base::Service(_) => {}
        }
        let document = self.documents.get(origin.document as usize)?;
        match &origin.base {
            Base::Traced(..) => None,
            Base::Object(node) => Some(follow(document.node(*node)?, &as_object_path(path))),
            Base::Component(node) => {
                let found = follow(document.node(*node)?, path);
                if found.complete || !starts_with(path, &["component"]) {
                    return Some(found);
                }
                // Kind and version may also stand in the configuration, as they do in a manifest.
                let inside = [vec!["configuration".into()], as_object_path(path)].concat();
                Some(Some(follow(document.node(*node)?, &inside)).filter(|inside| inside.complete).unwrap_or(found))
            }
            Base::Places(places) => Some(places.locate(path)),
            Base::Service(node) => {
                let candidates = as_service_paths(path);
                let node = document.node(*node)?;
                let found: Vec<Located> = candidates.iter().map(|candidate| follow(node, candidate)).collect();
                found.iter().copied().find(|located| located.complete).or_else(|| found.first().copied())
            }
        }
    }

    /// Key and value of a field of a component as they are written, where the field is there. An element of a list has no
    /// key.
    pub fn entry(&self, component: usize, path: &[Segment]) -> Option<(Option<NodeRef<'_>>, NodeRef<'_>)> {
        let origin = self.components.get(component)?;
        let document = self.documents.get(origin.document as usize)?;
        let followed = |node: &NodeId, path: &[Segment]| {
            let (followed, key, value) = document.node(*node)?.follow(path);
            (followed == path.len()).then_some((key, value))
        };
        match &origin.base {
            // What was put together has values whose text stands for several.
            Base::Traced(..) | Base::Places(_) => None,
            Base::Object(node) => followed(node, &as_object_path(path)),
            Base::Component(node) => followed(node, path).or_else(|| {
                let inside = [vec!["configuration".into()], as_object_path(path)].concat();
                starts_with(path, &["component"]).then(|| followed(node, &inside))?
            }),
            Base::Service(node) => as_service_paths(path).iter().find_map(|candidate| followed(node, candidate)),
        }
    }

    /// Where a component begins: its first key.
    pub fn component(&self, component: usize) -> Option<Span> {
        let origin = self.components.get(component)?;
        let node = match &origin.base {
            Base::Places(places) => return Some(places.place),
            Base::Object(node) | Base::Component(node) | Base::Service(node) => {
                self.documents.get(origin.document as usize)?.node(*node)?
            }
            Base::Traced(start, _) => match start.node(&self.documents) {
                Some((_, node)) => node,
                None => return start.span(&self.documents),
            },
        };
        let node = node.resolved();
        Some(node.entries().next().map_or(node.span(), |(key, _)| key.span()))
    }

    /// The place of a declaration of something from outside, which is named by its position in the design.
    pub fn external(&self, external: usize) -> Option<Span> {
        self.externals.get(external).copied()
    }

    /// The place of a field of a declared relationship, which is named by its position in the design.
    pub fn relationship(&self, relationship: usize, path: &[Segment]) -> Option<Located> {
        if let Some(place) = self.related.get(&relationship) {
            return Some(Located { key: None, value: *place, complete: true });
        }
        let (document, node) = self.relationships.get(relationship)?;
        Some(follow(self.documents.get(*document as usize)?.node(*node)?, path))
    }
}

/// Follows a path as far as it leads.
pub(crate) fn follow(node: NodeRef<'_>, path: &[Segment]) -> Located {
    let (followed, key, value) = node.follow(path);
    Located { key: key.map(NodeRef::span), value: value.span(), complete: followed == path.len() }
}

fn starts_with(path: &[Segment], keys: &[&str]) -> bool {
    path.len() >= keys.len() && keys.iter().zip(path).all(|(key, segment)| *segment == Segment::from(*key))
}

/// How the path of a component reads in a Kubernetes object.
fn as_object_path(path: &[Segment]) -> Path {
    if starts_with(path, &["configuration"]) {
        path.get(1..).unwrap_or_default().to_vec()
    } else if starts_with(path, &["component", "kind"]) {
        vec!["kind".into()]
    } else if starts_with(path, &["component", "version"]) {
        vec!["apiVersion".into()]
    } else if starts_with(path, &["displayName"]) {
        vec!["metadata".into(), "name".into()]
    } else {
        Vec::new()
    }
}

/// How the path of a component reads in a service of the legacy form, the likeliest first.
fn as_service_paths(path: &[Segment]) -> Vec<Path> {
    let behind = |count: usize| path.get(count..).unwrap_or_default().to_vec();
    if starts_with(path, &["configuration", "metadata"]) {
        let in_settings = [vec!["settings".into()], behind(1)].concat();
        return vec![behind(2), in_settings];
    }
    if starts_with(path, &["configuration"]) {
        return vec![[vec!["settings".into()], behind(1)].concat()];
    }
    if starts_with(path, &["component", "kind"]) {
        return vec![vec!["type".into()]];
    }
    if starts_with(path, &["component", "version"]) {
        return vec![vec!["apiVersion".into()]];
    }
    if starts_with(path, &["displayName"]) {
        return vec![vec!["name".into()]];
    }
    if starts_with(path, &["metadata"]) {
        return vec![behind(1), [vec!["traits".into(), "meshmap".into()], behind(1)].concat()];
    }
    vec![path.to_vec()]
}
