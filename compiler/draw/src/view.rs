//! What is shown: nodes and edges with their places, sorted by identity.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use design_graph::{Detail, Graph, Missing, Part};
use design_registry::Registry;
use design_report::Sources;
use design_source::SourceMap;
use design_vocabulary::{Design, Segment, display_path};

/// A graph ready to be written, independent of the order of the input.
#[derive(Debug)]
pub struct View {
    /// The components, sorted by identity; drawings are left out.
    pub nodes: Vec<NodeView>,
    /// The relationships, sorted by their ends and field.
    pub edges: Vec<EdgeView>,
    /// References to objects that are not there, sorted likewise.
    pub missing: Vec<MissingView>,
    /// References to objects that the design declares to come from outside, sorted likewise.
    pub external: Vec<MissingView>,
}

/// One component.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeView {
    /// `Kind.group/namespace/name`.
    pub id: String,
    /// The kind.
    pub kind: String,
    /// Group and version.
    pub api_version: String,
    /// The namespace; empty where none applies or none is set.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The file that declares it.
    pub file: String,
    /// The line where it begins.
    pub line: u32,
}

/// One relationship.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeView {
    /// The id of the node it starts at.
    pub from: String,
    /// The id of the node it ends at.
    pub to: String,
    /// `hierarchical`, `edge` or `sibling`.
    pub kind: String,
    /// Such as `non-binding`.
    pub type_name: String,
    /// Such as `network`.
    pub sub_type: String,
    /// The field that names the other end; empty for a declared relationship.
    pub field_path: String,
    /// `declared`, or `inferred` from a field.
    pub origin: &'static str,
    /// The parts of the other end that are meant, and the scheme of a call.
    pub detail: Option<Arc<Detail>>,
    /// The file of the field or declaration.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// Whether the component at its start waits for the one at its end.
    pub is_need: bool,
}

/// A reference to an object that is not there, or to a part that an object does not have.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingView {
    /// The id of the node that has the field.
    pub from: String,
    /// The kind that is named.
    pub kind: String,
    /// The namespace in which it was looked for.
    pub namespace: String,
    /// The name, or the labels that a selector asks for.
    pub name: String,
    /// The part that the object does not have; `None`: the object itself is missing.
    pub part: Option<Part>,
    /// The field.
    pub field_path: String,
    /// Whether the object may be missing.
    pub optional: bool,
    /// The file of the field.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// Whether the component cannot come up without it.
    pub is_need: bool,
}

impl NodeView {
    /// Whether a person means this component: by its name, by `Kind/name`, or by its id. Letter case of kinds counts not.
    pub fn is_called(&self, written: &str) -> bool {
        let kind = self.id.split('/').next().unwrap_or_default();
        let is_kind = |written: &str| written.eq_ignore_ascii_case(kind) || written.eq_ignore_ascii_case(&self.kind);
        match written.split('/').collect::<Vec<_>>().as_slice() {
            [name] => self.name == *name,
            [kind, name] => is_kind(kind) && self.name == *name,
            [kind, namespace, name] => is_kind(kind) && self.namespace == *namespace && self.name == *name,
            _ => false,
        }
    }
}

impl MissingView {
    /// What is named, for people: `Secret/shop/tls`, `key token of Secret/shop/tls`.
    pub fn shown(&self) -> String {
        let object = format!("{}/{}/{}", self.kind, self.namespace, self.name);
        match &self.part {
            Some(part) => format!("{} {} of {object}", part.kind.as_str(), part.name),
            None => object,
        }
    }
}

impl View {
    /// The components by namespace, both in order; the empty name holds those without one.
    pub(crate) fn namespaces(&self) -> BTreeMap<&str, Vec<&NodeView>> {
        let mut namespaces: BTreeMap<&str, Vec<&NodeView>> = BTreeMap::new();
        for node in &self.nodes {
            namespaces.entry(&node.namespace).or_default().push(node);
        }
        namespaces
    }

    /// References to objects that the design does not have: those that are missing, and those from outside. A part that an
    /// object does not have is not among them.
    pub fn absent(&self) -> impl Iterator<Item = &MissingView> {
        self.missing.iter().filter(|missing| missing.part.is_none()).chain(&self.external)
    }

    /// Collects what is shown of a design.
    pub fn of(design: &Design, graph: &Graph, map: &SourceMap, sources: &Sources) -> Self {
        let id = |node: usize| graph.nodes.get(node).map(|node| node.id.clone()).unwrap_or_default();
        let at = |component: usize, path: &[Segment]| {
            let span =
                map.locate(component, path).map(design_source::Located::best).or_else(|| map.component(component));
            let place = span.and_then(|span| sources.place(span));
            place.map_or((String::new(), 1, 1), |(file, place)| (file.to_owned(), place.line, place.column))
        };
        let components = design.components.iter().zip(&graph.nodes).enumerate();
        let mut nodes: Vec<NodeView> = components
            .filter(|(_, (component, _))| !component.is_annotation)
            .map(|(index, (component, node))| {
                let span = map.component(index).and_then(|span| sources.place(span));
                let (file, line) = span.map_or((String::new(), 1), |(file, place)| (file.to_owned(), place.line));
                NodeView {
                    id: node.id.clone(),
                    kind: component.kind.to_string(),
                    api_version: component.api_version.to_string(),
                    namespace: node.id.split('/').nth(1).unwrap_or_default().to_owned(),
                    name: component.name().unwrap_or_default().to_owned(),
                    file,
                    line,
                }
            })
            .collect();
        let mut edges: Vec<EdgeView> = graph
            .edges
            .iter()
            .map(|edge| {
                let declared = edge.relationship.and_then(|number| map.relationship(number, &[]));
                let declared = declared.and_then(|located| sources.place(located.value));
                let (file, line, column) = match declared {
                    Some((file, place)) => (file.to_owned(), place.line, place.column),
                    None => at(edge.from, &edge.path),
                };
                EdgeView {
                    from: id(edge.from),
                    to: id(edge.to),
                    kind: edge.kind.to_string(),
                    type_name: edge.type_name.to_string(),
                    sub_type: edge.sub_type.to_string(),
                    field_path: field_path(&edge.path),
                    detail: edge.detail.clone(),
                    origin: if edge.definition.is_some() { "inferred" } else { "declared" },
                    file,
                    line,
                    column,
                    is_need: edge.is_need,
                }
            })
            .collect();
        let definitions = &Registry::builtin().relationships().definitions;
        let needs: BTreeSet<&str> = definitions
            .iter()
            .filter(|definition| definition.is_need())
            .map(|definition| definition.name.as_str())
            .collect();
        let reference = |missing: &Missing| {
            let (file, line, column) = at(missing.from, &missing.path);
            MissingView {
                from: id(missing.from),
                kind: missing.kind.to_string(),
                namespace: missing.namespace.to_string(),
                name: missing.name.to_string(),
                part: missing.part.clone(),
                field_path: field_path(&missing.path),
                optional: missing.optional,
                file,
                line,
                column,
                is_need: !missing.optional && needs.contains(missing.definition),
            }
        };
        let mut missing: Vec<MissingView> = graph.missing.iter().map(reference).collect();
        let mut external: Vec<MissingView> =
            graph.external.iter().map(|external| reference(&external.reference)).collect();
        nodes.sort();
        edges.sort();
        missing.sort();
        external.sort();
        Self { nodes, edges, missing, external }
    }
}

/// A field as the object itself has it: `spec.replicas`, not `configuration.spec.replicas`.
fn field_path(path: &[Segment]) -> String {
    match path.split_first() {
        Some((first, rest)) if *first == Segment::from("configuration") => display_path(rest),
        _ => display_path(path),
    }
}
