//! What comes of an evaluation.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use design_vocabulary::{Component, Design, FieldPath, Relationship, Text, Value};
use foldhash::fast::RandomState;

use crate::actions::{self, Action};
use crate::alias;
use crate::family::Family;
use crate::field::Refusal;
use crate::link::{Body, Link, Pair, Said};
use crate::state::{Node, State};

/// What an evaluation may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Relationships that definitions may find.
    pub relationships: u64,
    /// Pairs of components that may be compared.
    pub comparisons: u64,
    /// Elements of a sequence that one `_` may stand for.
    pub elements: usize,
    /// Groups of siblings that one definition may find.
    pub groups: usize,
    /// How often relationships are looked for again because components changed.
    pub passes: usize,
}

impl Default for Limits {
    /// Ten relationships for each of a hundred thousand components.
    fn default() -> Self {
        Self { relationships: 1_000_000, comparisons: 50_000_000, elements: 1_000, groups: 10_000, passes: 20 }
    }
}

/// What came of an evaluation.
#[derive(Debug)]
pub struct Evaluation {
    /// The components: those of the design in its order, without those that were taken out, then the added ones.
    pub components: Vec<EvaluatedComponent>,
    /// The relationships: those of the design in its order, then the found ones.
    pub relationships: Vec<EvaluatedRelationship>,
    /// The aliases and what they stand for.
    pub aliases: Vec<ResolvedAlias>,
    /// The difference between the design and what came of it, each thing once.
    pub actions: Vec<Action>,
    /// Every step with its reason, in the order in which they were taken.
    pub trace: Vec<Step>,
    /// What could not be done.
    pub problems: Vec<Problem>,
}

/// A component of an evaluated design.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedComponent {
    /// The component, with an id.
    pub component: Component,
    /// Its position in the design; `None` for one that was added.
    pub origin: Option<usize>,
}

/// A relationship of an evaluated design.
#[derive(Clone, Debug)]
pub struct EvaluatedRelationship {
    /// What it says; [`EvaluatedRelationship::relationship`] says it in full.
    pub(crate) said: Said,
    /// Its family; `None` where no rule is about it.
    pub family: Option<Family>,
    /// Its position in the design; `None` for one that was found.
    pub origin: Option<usize>,
    /// The definition that found it, by its position among those that were given.
    pub definition: Option<usize>,
    /// The model of that definition.
    pub model: Text,
}

impl EvaluatedRelationship {
    /// The relationship. One that a definition found is put together here: a design has many, of which most are only
    /// counted.
    pub fn relationship(&self) -> Cow<'_, Relationship> {
        self.said.relationship()
    }

    /// The id; `None` where it has none.
    pub fn id(&self) -> Option<&Text> {
        self.said.id()
    }
}

/// A component that stands for a part of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedAlias {
    /// The component.
    pub alias: Text,
    /// The component that it is a part of.
    pub parent: Text,
    /// Where in it.
    pub path: FieldPath,
    /// The relationship that says so.
    pub relationship: Text,
    /// The component that is no alias itself.
    pub resolved_parent: Text,
    /// Where in that one.
    pub resolved_path: FieldPath,
}

/// Something that an evaluation did.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// In which pass, from 1.
    pub pass: usize,
    /// What it did.
    pub change: Change,
    /// Why.
    pub because: Because,
}

/// What a step did. Components and relationships are named by their ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A component was added.
    Added {
        /// Its id.
        component: Text,
    },
    /// A component was taken out.
    Removed {
        /// Its id.
        component: Text,
    },
    /// A field was set, or taken out where there is no value.
    Set {
        /// The component.
        component: Text,
        /// The field.
        path: FieldPath,
        /// The value.
        value: Option<Value>,
    },
    /// A relationship was found.
    Found {
        /// Its id.
        relationship: Text,
    },
    /// A relationship was approved.
    Approved {
        /// Its id.
        relationship: Text,
    },
    /// A relationship joins other components than before.
    Members {
        /// Its id.
        relationship: Text,
    },
    /// A relationship was taken out.
    Lost {
        /// Its id.
        relationship: Text,
    },
}

/// Why a step was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// A definition says so, named by its position among those that were given.
    Definition(usize),
    /// A relationship says so, named by its id.
    Relationship(Text),
    /// It was marked as deleted.
    Deleted,
    /// A component that it joins is not there, or not the part that it is about.
    MissingEnd,
    /// All that it joins is there.
    EndsExist,
    /// The values that made it hold are not there any more.
    ValuesDiffer,
}

/// Something that an evaluation could not do. Components are named by their positions, which are those of the design where
/// the design has them; so are relationships.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Relationships want a field to have different values; it stays as it is.
    Conflict {
        /// The component.
        component: usize,
        /// The field.
        path: FieldPath,
        /// The relationships.
        relationships: Vec<usize>,
    },
    /// Values flow in a circle and differ; they stay as they are.
    Circle {
        /// The relationships.
        relationships: Vec<usize>,
    },
    /// A value cannot be written.
    Refused {
        /// The relationship.
        relationship: usize,
        /// The component.
        component: usize,
        /// The field.
        path: FieldPath,
        /// Why.
        refusal: Refusal,
    },
    /// A relationship does not hold, and `_` in its path may mean several elements, or none.
    Unclear {
        /// The relationship.
        relationship: usize,
        /// The component that would be changed.
        component: usize,
    },
    /// A parent is missing and cannot be made.
    Parent {
        /// The definition, by its position among those that were given.
        definition: usize,
        /// Why.
        refusal: Refusal,
    },
    /// Two components have one id, so a relationship with it means neither.
    SameId {
        /// The component that comes first.
        first: usize,
        /// The other one.
        second: usize,
    },
    /// A sequence has more elements than `_` may stand for.
    Elements {
        /// The component.
        component: usize,
        /// The limit.
        allowed: usize,
    },
    /// A definition finds more groups than it may.
    Groups {
        /// The definition, by its position among those that were given.
        definition: usize,
        /// The limit.
        allowed: usize,
    },
    /// There are more pairs to compare, or relationships to find, than there may be.
    Fanout {
        /// The limit of relationships.
        relationships: u64,
        /// The limit of pairs.
        comparisons: u64,
    },
    /// Components still changed in the last pass.
    Passes {
        /// The limit.
        allowed: usize,
    },
}

/// Puts the state in the order of the design, and what was added behind it in an order that is its own.
pub(crate) fn outcome(design: &Design, mut state: State<'_>) -> Evaluation {
    let allowed = state.limits.elements;
    state.problems.extend(state.overlong.iter().map(|component| Problem::Elements { component: *component, allowed }));
    let mut first: HashMap<&Text, usize> = HashMap::new();
    let twice = state.nodes.iter().enumerate().filter(|(_, node)| node.is_ambiguous && node.origin.is_some());
    for (index, node) in twice {
        match first.get(&node.id) {
            Some(first) => state.problems.push(Problem::SameId { first: *first, second: index }),
            None => drop(first.insert(&node.id, index)),
        }
    }
    let aliases = alias::resolved(&state);
    actions::keep_what_came_back(&mut state);
    let mut actions = actions::actions(design, &state);
    let relationships = relationships(&state);
    let (mut nodes, mut added): (Vec<Node<'_>>, Vec<Node<'_>>) =
        state.nodes.into_iter().filter(|node| !node.is_gone).partition(|node| node.origin.is_some());
    let name = |node: &Node<'_>| (node.component.kind.clone(), node.component.display_name.clone(), node.id.clone());
    added.sort_by_cached_key(name);
    nodes.append(&mut added);
    let components: Vec<EvaluatedComponent> = nodes
        .into_iter()
        .map(|node| EvaluatedComponent {
            component: Component { id: Some(node.id), ..node.component.into_own() },
            origin: node.origin,
        })
        .collect();
    let found = relationships.iter().enumerate().filter(|(_, each)| each.origin.is_none());
    actions.extend(found.map(|(position, _)| Action::AddRelationship { position }));
    Evaluation { components, relationships, aliases, actions, trace: state.trace, problems: state.problems }
}

/// The relationships: those of the design in its order, then the found ones by family, type, subType, ends and id.
fn relationships(state: &State<'_>) -> Vec<EvaluatedRelationship> {
    let ranks = Ranks::of(state);
    let said = |link: &Link| match &link.body {
        Body::Written(relationship) => Said::Written(relationship.clone()),
        Body::Pair(Pair { template, from, to, id }) => {
            let end = |node: usize| state.nodes.get(node).map(|node| node.id.clone()).unwrap_or_default();
            Said::Pair { template: Arc::clone(template), id: id.clone(), from: end(*from), to: end(*to) }
        }
    };
    let mut order: Vec<(Key<'_>, u32)> = (0..)
        .zip(&state.links)
        .filter(|(_, link)| !link.is_gone)
        .map(|(number, link)| (ranks.key(link), number))
        .collect();
    order.sort_unstable();
    let relationship = |(_, number): (Key<'_>, u32)| {
        let link = state.links.get(number as usize)?;
        let prepared = link.definition.and_then(|definition| state.definitions.get(definition));
        Some(EvaluatedRelationship {
            said: said(link),
            family: link.family,
            origin: link.origin,
            definition: prepared.map(|prepared| prepared.position),
            model: prepared.map(|prepared| prepared.definition.model.name.clone()).unwrap_or_default(),
        })
    };
    order.into_iter().filter_map(relationship).collect()
}

/// By what relationships are put in order. Of those that the design has, the position settles it.
type Key<'a> = (usize, Option<Family>, u32, [Option<u32>; 2], Option<&'a Text>);

/// The ids of components, and the types of relationships, in order: numbers are compared where texts would be read.
struct Ranks<'s> {
    ends: HashMap<&'s Text, u32, RandomState>,
    nodes: Vec<u32>,
    sorts: BTreeMap<(&'s Text, &'s Text), u32>,
}

impl<'s> Ranks<'s> {
    fn of(state: &'s State<'_>) -> Self {
        let found = || state.links.iter().filter(|link| link.origin.is_none() && !link.is_gone);
        let written = || found().filter_map(Link::written);
        let ends = written().flat_map(|relationship| [relationship.from.first(), relationship.to.first()]);
        let mut ids: Vec<&Text> = ends.flatten().filter_map(|end| end.id.as_ref()).collect();
        let is_pairless = !found().any(|link| matches!(link.body, Body::Pair(_)));
        let of_ends = ids.len();
        ids.extend(state.nodes.iter().filter(|_| !is_pairless).map(|node| &node.id));
        // The texts lie all over the memory, and most differ at their beginning.
        let mut order: Vec<(Beginning, u32)> =
            ids.iter().zip(0..).map(|(id, number)| (beginning(id), number)).collect();
        order.sort_unstable_by(|one, other| {
            let id = |number: u32| ids.get(number as usize);
            one.0.cmp(&other.0).then_with(|| id(one.1).cmp(&id(other.1)))
        });
        let mut ranks = vec![0; ids.len()];
        let (mut rank, mut last) = (0, None);
        for (_, number) in order {
            let id = ids.get(number as usize);
            rank += u32::from(last != id);
            last = id;
            if let Some(slot) = ranks.get_mut(number as usize) {
                *slot = rank;
            }
        }
        let nodes = ranks.split_off(of_ends.min(ranks.len()));
        let ends: HashMap<&Text, u32, RandomState> = ids.into_iter().zip(ranks).collect();
        let mut sorts: BTreeMap<(&Text, &Text), u32> =
            found().map(sort_of).map(|relationship| ((&relationship.type_name, &relationship.sub_type), 0)).collect();
        for (rank, number) in sorts.values_mut().zip(0..) {
            *rank = number;
        }
        Self { ends, nodes, sorts }
    }

    fn key(&self, link: &'s Link) -> Key<'s> {
        if let Some(origin) = link.origin {
            return (origin, None, 0, [None; 2], link.id());
        }
        let sort = sort_of(link);
        let sort = self.sorts.get(&(&sort.type_name, &sort.sub_type));
        let ends = match &link.body {
            Body::Pair(pair) => [pair.from, pair.to].map(|node| self.nodes.get(node).copied()),
            Body::Written(relationship) => {
                [&relationship.from, &relationship.to].map(|ends| self.ends.get(ends.first()?.id.as_ref()?).copied())
            }
        };
        (usize::MAX, link.family, sort.copied().unwrap_or_default(), ends, link.id())
    }
}

/// The first bytes of a text, which compare as the text does unless they are equal.
type Beginning = [u8; 16];

fn beginning(text: &Text) -> Beginning {
    let mut beginning = [0; 16];
    for (to, from) in beginning.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    beginning
}

/// A relationship with the kind, type and subType of a link.
fn sort_of(link: &Link) -> &Relationship {
    match &link.body {
        Body::Written(relationship) => relationship,
        Body::Pair(pair) => &pair.template.0,
    }
}
