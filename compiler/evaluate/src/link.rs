//! A relationship of a design while it is being evaluated.
//!
//! A definition finds two relationships or more for each component, and all that it finds between components of two items
//! differ in nothing but the components. So such a pair is held as that: what they have in common, once, and whom it joins.
//! Positions are held in 32 bits and ids as numbers: there are many pairs, and memory is what large designs wait for.

use design_vocabulary::{Relationship, SelectorItem, Text};
use uuid::Uuid;

use crate::canonical::id_text;
use crate::family::Family;

/// A relationship.
#[derive(Debug)]
pub(crate) struct Link {
    pub body: Body,
    pub family: Option<Family>,
    /// Its position in the design; `None` for one that evaluation found.
    pub origin: Option<u32>,
    /// The definition that found it, by its position among the prepared ones.
    pub definition: Option<u32>,
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// The position of its template.
    pub template: u32,
    pub from: u32,
    pub to: u32,
    pub id: Uuid,
}

/// A position in 32 bits. A design has less components and relationships than that by its limits.
pub(crate) fn short(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
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
    pub fn id(&self) -> Option<Text> {
        match &self.body {
            Body::Written(relationship) => relationship.id.clone(),
            Body::Pair(pair) => Some(id_text(pair.id)),
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
