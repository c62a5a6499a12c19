//! A relationship of a design while it is being evaluated.
//!
//! A definition finds two relationships or more for each component, and all that it finds between components of two items
//! differ in nothing but the components. So such a pair is held as that: what they have in common, once, and whom it joins.

use std::borrow::Cow;
use std::sync::Arc;

use design_vocabulary::{Relationship, SelectorItem, Text};

use crate::family::Family;

/// A relationship.
#[derive(Debug)]
pub(crate) struct Link {
    pub body: Body,
    pub family: Option<Family>,
    /// Its position in the design; `None` for one that evaluation found.
    pub origin: Option<usize>,
    /// The definition that found it, by its position among the prepared ones.
    pub definition: Option<usize>,
    pub is_gone: bool,
    /// Whether its values were last seen to agree, and may differ only if a component that it joins changes.
    pub is_settled: bool,
}

/// What a relationship says.
#[derive(Debug)]
pub(crate) enum Body {
    /// Itself, whole.
    Written(Box<Relationship>),
    /// Two components that a definition relates.
    Pair(Pair),
}

/// Two components, by their positions, that a definition relates.
#[derive(Debug)]
pub(crate) struct Pair {
    pub template: Arc<Template>,
    pub from: usize,
    pub to: usize,
    pub id: Text,
}

/// What all relationships that a definition finds between two of its items have in common: a relationship of one set with
/// one item on each side, without ids.
#[derive(Debug)]
pub(crate) struct Template(pub Relationship);

impl Template {
    /// The items of both sides.
    pub fn items(&self) -> Option<(&SelectorItem, &SelectorItem)> {
        let set = self.0.selectors.first()?;
        set.allow.from.first().zip(set.allow.to.first())
    }

    /// The relationship between two components.
    pub fn between(&self, id: &Text, from: &Text, to: &Text) -> Relationship {
        let mut relationship = self.0.clone();
        relationship.id = Some(id.clone());
        for (ends, id) in [(&mut relationship.from, from), (&mut relationship.to, to)] {
            for end in ends {
                end.id = Some(id.clone());
            }
        }
        for set in &mut relationship.selectors {
            for (items, id) in [(&mut set.allow.from, from), (&mut set.allow.to, to)] {
                for item in items {
                    item.id = Some(id.clone());
                }
            }
        }
        relationship
    }
}

impl Link {
    /// What the relationship says of itself, where it does; a pair is no more than its definition says.
    pub fn written(&self) -> Option<&Relationship> {
        match &self.body {
            Body::Written(relationship) => Some(relationship),
            Body::Pair(_) => None,
        }
    }

    /// As [`Link::written`], to be changed.
    pub fn written_mut(&mut self) -> Option<&mut Relationship> {
        match &mut self.body {
            Body::Written(relationship) => Some(relationship),
            Body::Pair(_) => None,
        }
    }

    /// The id; `None` where it has none.
    pub fn id(&self) -> Option<&Text> {
        match &self.body {
            Body::Written(relationship) => relationship.id.as_ref(),
            Body::Pair(pair) => Some(&pair.id),
        }
    }

    /// Whether its values flow.
    pub fn is_live(&self) -> bool {
        let is_dead = |status: &str| ["ignored", "deleted"].iter().any(|dead| status.eq_ignore_ascii_case(dead));
        !self.is_gone && self.written().is_none_or(|relationship| !is_dead(&relationship.status))
    }

    /// The items of both sides of a relationship that is written, set by set, with the ids of components.
    pub fn pairs(&self) -> impl Iterator<Item = (&SelectorItem, &SelectorItem)> {
        let sets = self.written().into_iter().flat_map(|relationship| &relationship.selectors);
        sets.flat_map(|set| set.allow.from.iter().flat_map(|from| set.allow.to.iter().map(move |to| (from, to))))
    }
}

/// What a relationship of an evaluated design says.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Written(Box<Relationship>),
    Pair { template: Arc<Template>, id: Text, from: Text, to: Text },
}

impl Said {
    pub fn relationship(&self) -> Cow<'_, Relationship> {
        match self {
            Self::Written(relationship) => Cow::Borrowed(relationship),
            Self::Pair { template, id, from, to } => Cow::Owned(template.between(id, from, to)),
        }
    }

    pub fn id(&self) -> Option<&Text> {
        match self {
            Self::Written(relationship) => relationship.id.as_ref(),
            Self::Pair { id, .. } => Some(id),
        }
    }
}
