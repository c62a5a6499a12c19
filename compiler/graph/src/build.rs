//! A design as a graph.

use std::sync::Arc;

use design_registry::{FieldRelationships, PartKind};
use design_vocabulary::{Component, Design, Relationship, Segment, Text};
use foldhash::{HashMap, HashMapExt};

use crate::external::Externals;
use crate::{Contested, External, Inferred, Memory, Missing, Scope, Scopes, Stopped, identity, infer};

/// The graph of a design. Node numbers are positions of components in the design.
#[derive(Debug, Default)]
pub struct Graph {
    /// One node a component, in the order of the design.
    pub nodes: Vec<Node>,
    /// Edges in the order in which they are declared.
    pub edges: Vec<Edge>,
    /// Components whose identity an earlier one has.
    pub duplicates: Vec<Duplicate>,
    /// Ends of declared relationships that lead to no component.
    pub unresolved: Vec<Unresolved>,
    /// References in fields to objects that the design does not have.
    pub missing: Vec<Missing>,
    /// References in fields to objects that usually come from elsewhere and that the design neither has nor declares; only
    /// where the graph was closed.
    pub elsewhere: Vec<Missing>,
    /// References in fields to objects that the design declares to come from outside.
    pub external: Vec<External>,
    /// Declarations of what comes from outside that nothing refers to, by their position in the design.
    pub unused_externals: Vec<usize>,
    /// Workloads whose selectors select the pods of others.
    pub contested: Vec<Contested>,
    /// The field at which the search for relationships stopped, because there were too many.
    pub stopped: Option<Stopped>,
    /// The positions of the edges that each definition found, ascending.
    pub(crate) by_definition: HashMap<&'static str, Vec<usize>>,
}

/// One component.
#[derive(Debug)]
pub struct Node {
    /// `Kind.group/namespace/name`; a second node of the same identity ends in `#2`.
    pub id: String,
    /// Where its object lives.
    pub scope: Scope,
    /// Whether it is only drawn.
    pub is_annotation: bool,
}

/// A relationship between two components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The node it starts at.
    pub from: usize,
    /// The node it ends at.
    pub to: usize,
    /// `hierarchical`, `edge` or `sibling`.
    pub kind: Text,
    /// Such as `non-binding`.
    pub type_name: Text,
    /// Such as `network`.
    pub sub_type: Text,
    /// The position of its declaration in the design; `None` for a component's `dependsOn` and for a field.
    pub relationship: Option<usize>,
    /// The relationship definition that found it in a field; `None` for a declared one.
    pub definition: Option<&'static str>,
    /// The field that names the other end, from the component's root; empty for a declared one.
    pub path: Arc<[Segment]>,
    /// Whether its start cannot work before its end is there.
    pub is_need: bool,
    /// What else the field or those near it say; `None`: nothing.
    pub detail: Option<Arc<Detail>>,
}

/// What an edge says beside its ends: the parts of the other end that are meant, all of which are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Detail {
    /// Keys, in the order of the fields that name them.
    pub keys: Vec<Text>,
    /// Ports by name or number, likewise.
    pub ports: Vec<Text>,
    /// Sections, likewise.
    pub sections: Vec<Text>,
    /// The scheme with which it is called.
    pub scheme: Option<Text>,
}

impl Detail {
    /// Adds a part, unless it is there.
    pub(crate) fn add(&mut self, kind: PartKind, name: Text) {
        let parts = match kind {
            PartKind::Key => &mut self.keys,
            PartKind::Port => &mut self.ports,
            PartKind::Section => &mut self.sections,
        };
        if !parts.contains(&name) {
            parts.push(name);
        }
    }
}

/// Two components with one identity.
#[derive(Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The component that came first.
    pub first: usize,
    /// The component that has the same identity.
    pub second: usize,
}

/// An end that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The position of the relationship in the design.
    pub relationship: usize,
    /// The id that no component has.
    pub component: Text,
}

impl Graph {
    /// Builds the graph of a design. Linear in the number of components and relationships.
    pub fn build(design: &Design, scopes: &Scopes<'_>) -> Self {
        let mut graph = Self { nodes: Vec::with_capacity(design.components.len()), ..Self::default() };
        let mut seen: HashMap<String, (usize, usize)> = HashMap::with_capacity(design.components.len());
        for (index, component) in design.components.iter().enumerate() {
            let scope = scopes.of_component(component);
            let id = identity(component, scope);
            // Drawings share names freely, and an object without a name gets its own from the server.
            let is_counted = !component.is_annotation && component.name().is_some();
            let id = if let Some((first, copies)) = seen.get_mut(&id).filter(|_| is_counted) {
                *copies += 1;
                graph.duplicates.push(Duplicate { first: *first, second: index });
                format!("{id}#{copies}")
            } else {
                if is_counted {
                    seen.insert(id.clone(), (index, 1));
                }
                id
            };
            graph.nodes.push(Node { id, scope, is_annotation: component.is_annotation });
        }
        graph.declared(design);
        graph.depends_on(design);
        graph
    }

    /// Adds the relationships that fields declare. Where the graph is to be `closed`, what usually comes from elsewhere
    /// counts as well: the design is all that there will be. With the `memory` of a graph of nearly the same design, only
    /// fields are looked at that may say something else now.
    pub fn relate(
        &mut self,
        design: &Design,
        scopes: &Scopes<'_>,
        relationships: &'static FieldRelationships,
        closed: bool,
        memory: Option<&mut Memory>,
    ) {
        let wants_elsewhere = closed || !design.externals.is_empty();
        let Inferred { edges, missing, elsewhere, known, contested, stopped } =
            infer(design, scopes, relationships, wants_elsewhere, memory);
        let first = self.edges.len();
        self.edges.extend(edges);
        for (number, edge) in self.edges.iter().enumerate().skip(first) {
            if let Some(definition) = edge.definition {
                self.by_definition.entry(definition).or_default().push(number);
            }
        }
        self.stopped = stopped;
        self.contested = contested;
        let mut externals = Externals::of(&design.externals);
        for missing in missing {
            match externals.declaration(&missing) {
                Some(declaration) => self.external.push(External { reference: missing, declaration }),
                None => self.missing.push(missing),
            }
        }
        let elsewhere = elsewhere.into_iter().map(|reference| (reference, closed));
        for (reference, is_gap) in elsewhere.chain(known.into_iter().map(|reference| (reference, false))) {
            match externals.declaration(&reference) {
                Some(declaration) => self.external.push(External { reference, declaration }),
                None if is_gap => self.elsewhere.push(reference),
                None => {}
            }
        }
        // The API server itself defines the kinds that the models know.
        let is_built_in = |missing: &Missing| {
            let component = design.components.get(missing.from);
            missing.is_own_kind() && component.is_some_and(|component| scopes.kind(component).is_some())
        };
        self.elsewhere.retain(|missing| !is_built_in(missing));
        self.unused_externals = externals.unused();
    }

    /// The edges that the definitions with these names found, in their order.
    pub fn found_by(&self, definitions: &[&str]) -> impl Iterator<Item = &Edge> {
        let found = definitions.iter().filter_map(|definition| self.by_definition.get(definition));
        let mut numbers: Vec<usize> = found.flatten().copied().collect();
        if definitions.len() > 1 {
            numbers.sort_unstable();
        }
        numbers.into_iter().filter_map(|number| self.edges.get(number))
    }

    fn declared(&mut self, design: &Design) {
        let ids: HashMap<&str, usize> = design
            .components
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(index, component)| Some((component.id.as_deref()?, index)))
            .collect();
        for (number, relationship) in design.relationships.iter().enumerate() {
            if relationship.status == "deleted" {
                continue;
            }
            let mut ends = [Vec::new(), Vec::new()];
            for (found, endpoints) in ends.iter_mut().zip([&relationship.from, &relationship.to]) {
                for id in endpoints.iter().filter_map(|endpoint| endpoint.id.as_ref()) {
                    match ids.get(id.as_str()) {
                        Some(component) => found.push(*component),
                        None => self.unresolved.push(Unresolved { relationship: number, component: id.clone() }),
                    }
                }
            }
            let [from, to] = ends;
            for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to))) {
                self.edges.push(Edge {
                    from,
                    to,
                    kind: relationship.kind.clone(),
                    type_name: relationship.type_name.clone(),
                    sub_type: relationship.sub_type.clone(),
                    relationship: Some(number),
                    definition: None,
                    path: Arc::default(),
                    is_need: is_need(relationship),
                    detail: None,
                });
            }
        }
    }

    /// The legacy form's `dependsOn`, by the name of the other service.
    fn depends_on(&mut self, design: &Design) {
        if design.components.iter().all(|component| component.depends_on.is_empty()) {
            return;
        }
        let name = |component: &Component| component.display_name.clone();
        let names: HashMap<Text, usize> =
            design.components.iter().enumerate().rev().map(|(index, component)| (name(component), index)).collect();
        for (from, component) in design.components.iter().enumerate() {
            for to in component.depends_on.iter().filter_map(|name| names.get(name)) {
                self.edges.push(Edge {
                    from,
                    to: *to,
                    kind: "edge".into(),
                    type_name: "non-binding".into(),
                    sub_type: "reference".into(),
                    relationship: None,
                    definition: None,
                    path: Arc::default(),
                    is_need: true,
                    detail: None,
                });
            }
        }
    }
}

/// Whether a declared relationship orders its ends: parents do, and edges that are neither calls nor firewalls.
fn is_need(relationship: &Relationship) -> bool {
    match relationship.kind.to_ascii_lowercase().as_str() {
        "hierarchical" => true,
        "edge" => !matches!(relationship.sub_type.to_ascii_lowercase().as_str(), "network" | "firewall" | "annotation"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use design_registry::Registry;
    use design_vocabulary::Endpoint;

    use super::*;

    fn component(id: &str, kind: &str, name: &str) -> Component {
        Component {
            id: Some(id.into()),
            kind: kind.into(),
            api_version: "v1".into(),
            display_name: name.into(),
            ..Component::default()
        }
    }

    #[test]
    fn relationships_become_edges_and_ends_without_component_are_told() {
        let end = |id: &str| Endpoint { id: Some(id.into()), kind: Text::new() };
        let mut design = Design {
            components: vec![
                component("1", "Service", "web"),
                component("2", "Pod", "web"),
                component("3", "Pod", "web"),
            ],
            relationships: vec![Relationship {
                kind: "edge".into(),
                from: vec![end("1")],
                to: vec![end("2"), end("9")],
                ..Relationship::default()
            }],
            ..Design::default()
        };
        if let Some(first) = design.components.first_mut() {
            first.depends_on = vec!["web".into()];
        }
        let graph = Graph::build(&design, &Scopes::of(&design, Registry::builtin()));
        assert_eq!(
            graph.nodes.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(),
            ["Service//web", "Pod//web", "Pod//web#2"]
        );
        assert_eq!(graph.duplicates, [Duplicate { first: 1, second: 2 }]);
        assert_eq!(graph.unresolved, [Unresolved { relationship: 0, component: "9".into() }]);
        assert_eq!(graph.edges.iter().map(|edge| (edge.from, edge.to)).collect::<Vec<_>>(), [(0, 1), (0, 0)]);
    }
}
