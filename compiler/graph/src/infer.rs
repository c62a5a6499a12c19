//! Relationships that the fields of components declare: found by index, never by comparing all pairs.

use std::sync::Arc;

use design_registry::{By, FieldRelationship, FieldRelationships};
use design_vocabulary::{Component, Design, Segment, Text};
use foldhash::{HashMap, HashMapExt};

use crate::index::{Index, KindKey};
use crate::part::{Beside, Part};
use crate::pattern::Pattern;
use crate::search::{Field, Search};
use crate::{Edge, Memory, Scope, Scopes};

/// Edges that fields may declare in one design, unless [`EDGES_A_COMPONENT`] allows more.
const EDGES: usize = 1_000_000;

/// Edges that fields may declare for each component; real designs have fewer than ten.
const EDGES_A_COMPONENT: usize = 32;

/// What the fields of a design declare.
#[derive(Debug, Default)]
pub struct Inferred {
    /// Edges, by component, then by definition, then in the order of the fields.
    pub edges: Vec<Edge>,
    /// References to objects that the design does not have, in the same order.
    pub missing: Vec<Missing>,
    /// References to objects that usually come from elsewhere, so that nobody is told; only where they were asked for.
    pub elsewhere: Vec<Missing>,
    /// References to objects that every cluster has; only where they were asked for.
    pub known: Vec<Missing>,
    /// Workloads whose selectors select the pods of others.
    pub contested: Vec<Contested>,
    /// The field at which the search stopped, because there were too many edges.
    pub stopped: Option<Stopped>,
}

impl Inferred {
    /// Adds what fields of later components declare.
    pub(crate) fn append(&mut self, other: &Self) {
        self.edges.extend_from_slice(&other.edges);
        self.missing.extend_from_slice(&other.missing);
        self.elsewhere.extend_from_slice(&other.elsewhere);
        self.known.extend_from_slice(&other.known);
        self.contested.extend_from_slice(&other.contested);
    }

    /// Gives the components that it names other numbers. Returns whether all of them have one.
    pub(crate) fn renumber(&mut self, number: impl Fn(usize) -> Option<usize>) -> bool {
        let edges = self.edges.iter_mut().flat_map(|edge| [&mut edge.from, &mut edge.to]);
        let missing = self.missing.iter_mut().chain(&mut self.elsewhere).chain(&mut self.known);
        let missing = missing.map(|missing| &mut missing.from);
        let contested = self.contested.iter_mut().flat_map(|contested| [&mut contested.from, &mut contested.other]);
        let mut all = edges.chain(missing).chain(contested);
        all.all(|place| number(*place).map(|number| *place = number).is_some())
    }
}

/// A workload whose selector selects pods that another one makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contested {
    /// The workload with the selector.
    pub from: usize,
    /// The first other workload whose pods it selects.
    pub other: usize,
    /// The selector, from the component's root.
    pub path: Arc<[Segment]>,
}

/// Where a search for relationships stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The component.
    pub component: usize,
    /// The field, from the component's root.
    pub path: Arc<[Segment]>,
    /// How many edges are allowed.
    pub allowed: usize,
}

/// A reference to an object that is not there, or to a part that an object does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The component that has the field.
    pub from: usize,
    /// The kind that is named; empty where the value does not say.
    pub kind: Text,
    /// Its group.
    pub group: Text,
    /// The namespace in which it was looked for; empty for one in the cluster, `*` for every namespace.
    pub namespace: Text,
    /// The name, or the labels that a selector asks for.
    pub name: Text,
    /// The part that is missing; `None`: the object itself.
    pub part: Option<Part>,
    /// The field, from the component's root.
    pub path: Arc<[Segment]>,
    /// Whether it may be missing.
    pub optional: bool,
    /// The definition that found it.
    pub definition: &'static str,
}

impl Missing {
    /// Whether it is the definition of the component's own kind.
    pub(crate) fn is_own_kind(&self) -> bool {
        *self.path == [Segment::from("component"), Segment::from("kind")]
    }
}

/// Finds the relationships that fields declare. Cost grows with the number of fields and of edges found; with the `memory` of
/// a search through nearly the same design, with what differs. References to what usually comes from elsewhere are among what
/// is found where the caller `wants_elsewhere`.
pub fn infer(
    design: &Design,
    scopes: &Scopes<'_>,
    relationships: &'static FieldRelationships,
    wants_elsewhere: bool,
    memory: Option<&mut Memory>,
) -> Inferred {
    let allowed = EDGES.max(design.components.len().saturating_mul(EDGES_A_COMPONENT));
    let scopes: Vec<Scope> = design.components.iter().map(|component| scopes.of_component(component)).collect();
    let remembered = memory.and_then(|memory| memory.infer(design, &scopes, relationships, wants_elsewhere, allowed));
    if let Some(found) = remembered {
        return found;
    }
    let index = Index::of(design, &scopes, relationships);
    let rules = Rules::of(relationships);
    let mut search = Search::new(design, &index, relationships, allowed, wants_elsewhere);
    for (number, component) in design.components.iter().enumerate().filter(|(_, component)| !component.is_annotation) {
        apply_all(&mut search, &rules, number, component);
        if search.has_stopped() {
            break;
        }
    }
    search.found
}

/// Looks at all fields of a component that name something.
pub(crate) fn apply_all<'a>(search: &mut Search<'a>, rules: &Rules, number: usize, component: &'a Component) {
    for rule in rules.of_kind((component.kind.as_str(), component.group())) {
        apply(search, rule, number, component);
    }
}

fn apply<'a>(search: &mut Search<'a>, rule: &Rule, number: usize, component: &'a Component) {
    if rule.definition.by == By::Definition {
        return search.definition(rule, number, component);
    }
    rule.pattern.visit(&component.configuration, &mut |path, value| {
        search.field(&Field { rule, number, component, path, value });
    });
}

/// A definition with its pattern for one kind.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub definition: &'static FieldRelationship,
    pattern: Pattern,
    /// The fields nearby that name parts.
    pub parts: Vec<Beside>,
    /// The path of the name of the object that says of what kind a parameter is, and where it says it.
    pub through: Option<(Pattern, Pattern)>,
    /// The path of the selector of the pods in whose namespaces the object lies.
    pub beside_pods: Option<Pattern>,
}

/// Definitions by the kind that they start from.
#[derive(Debug)]
pub(crate) struct Rules {
    by_kind: HashMap<KindKey<'static>, Vec<Rule>>,
    for_all: Vec<Rule>,
}

impl Rules {
    pub(crate) fn of(relationships: &'static FieldRelationships) -> Self {
        let mut rules = Self { by_kind: HashMap::new(), for_all: Vec::new() };
        for definition in &relationships.definitions {
            let from = &definition.from;
            let rule = |pattern| Rule {
                definition,
                pattern,
                parts: definition.parts.iter().map(Beside::of).collect(),
                through: definition
                    .through
                    .as_ref()
                    .map(|through| (Pattern::new(&through.path), Pattern::new(&through.says))),
                beside_pods: definition.beside_pods.as_deref().map(Pattern::new),
            };
            if let Some(path) = &from.pod {
                let path = Pattern::new(path);
                for pod in &relationships.pods {
                    let pattern = path.below(&Pattern::new(&pod.spec));
                    rules.by_kind.entry((&pod.kind, &pod.group)).or_default().push(rule(pattern));
                }
            } else if from.any {
                rules.for_all.push(rule(Pattern::new(&from.path)));
            } else {
                for kind in from.kind.iter().chain(&from.kinds) {
                    rules.by_kind.entry((kind, &from.group)).or_default().push(rule(Pattern::new(&from.path)));
                }
            }
        }
        rules
    }

    fn of_kind<'r>(&'r self, kind: KindKey<'r>) -> impl Iterator<Item = &'r Rule> {
        self.by_kind.get(&kind).into_iter().flatten().chain(&self.for_all)
    }
}
