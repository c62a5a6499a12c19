//! What comes of an evaluation.

use std::borrow::Cow;
use std::collections::HashMap;

use design_vocabulary::{Component, Design, FieldPath, Text};

use crate::actions::{self, Action};
use crate::alias;
use crate::field::Refusal;
use crate::said::EvaluatedRelationship;
use crate::state::{Node, State};
use crate::step::Note;
use crate::tidy;

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
    /// The steps, which [`Evaluation::steps`] tells.
    pub(crate) notes: Vec<Note>,
    /// What could not be done.
    pub problems: Vec<Problem>,
}

/// A component of an evaluated design. Most are those of the design as they were, and are not held twice.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedComponent {
    id: Text,
    origin: Option<usize>,
    own: Option<Box<Component>>,
}

impl EvaluatedComponent {
    /// The id.
    pub fn id(&self) -> &Text {
        &self.id
    }

    /// Its position in the design; `None` for one that was added.
    pub fn origin(&self) -> Option<usize> {
        self.origin
    }

    /// The component, with its id, if it was changed or added; `None` where it is still as the design has it.
    pub fn own(&self) -> Option<&Component> {
        self.own.as_deref()
    }

    /// The component with its id, given the design that was evaluated.
    pub fn component<'a>(&'a self, design: &'a Design) -> Cow<'a, Component> {
        match (&self.own, self.origin.and_then(|origin| design.components.get(origin))) {
            (Some(own), _) => Cow::Borrowed(own),
            (None, Some(component)) if component.id.as_ref() == Some(&self.id) => Cow::Borrowed(component),
            (None, component) => {
                Cow::Owned(Component { id: Some(self.id.clone()), ..component.cloned().unwrap_or_default() })
            }
        }
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
    let relationships = tidy::relationships(&mut state);
    let (mut nodes, mut added): (Vec<Node<'_>>, Vec<Node<'_>>) =
        state.nodes.into_iter().filter(|node| !node.is_gone).partition(|node| node.origin.is_some());
    let name = |node: &Node<'_>| (node.component.kind.clone(), node.component.display_name.clone(), node.id.clone());
    added.sort_by_cached_key(name);
    nodes.append(&mut added);
    let components: Vec<EvaluatedComponent> = nodes
        .into_iter()
        .map(|node| EvaluatedComponent {
            own: node.component.own().map(|own| Box::new(Component { id: Some(node.id.clone()), ..*own })),
            id: node.id,
            origin: node.origin,
        })
        .collect();
    let found = relationships.iter().enumerate().filter(|(_, each)| each.origin().is_none());
    actions.extend(found.map(|(position, _)| Action::AddRelationship { position }));
    Evaluation { components, relationships, aliases, actions, notes: state.notes, problems: state.problems }
}
