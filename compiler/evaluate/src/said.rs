//! A relationship of an evaluated design.

use std::borrow::Cow;
use std::sync::Arc;

use design_vocabulary::{Relationship, Text};
use uuid::Uuid;

use crate::canonical::id_text;
use crate::family::Family;
use crate::link::Template;

/// A relationship of an evaluated design. A large design has many, of which most are only counted, so one that a definition
/// found is put together when it is asked for.
#[derive(Clone, Debug)]
pub struct EvaluatedRelationship(Said);

#[derive(Clone, Debug)]
enum Said {
    Written(Box<Written>),
    Pair { shared: Arc<Shared>, id: Uuid, from: u32, to: u32 },
}

/// A relationship that is there as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub relationship: Relationship,
    pub family: Option<Family>,
    /// Its position in the design; `None` for one that was found.
    pub origin: Option<usize>,
    /// The definition that found it.
    pub definition: Option<Finder>,
}

/// What pairs of components that were found by one definition have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub template: Template,
    pub family: Option<Family>,
    pub definition: Option<Finder>,
    /// The ids of all components.
    pub ids: Arc<[Text]>,
}

/// A definition that found something: its position among those that were given, and its model.
#[derive(Clone, Debug)]
pub(crate) struct Finder {
    pub position: usize,
    pub model: Text,
}

impl EvaluatedRelationship {
    pub(crate) fn written(written: Box<Written>) -> Self {
        Self(Said::Written(written))
    }

    /// Two components by their positions among the ids.
    pub(crate) fn pair(shared: Arc<Shared>, id: Uuid, from: u32, to: u32) -> Self {
        Self(Said::Pair { shared, id, from, to })
    }

    /// What it says.
    pub fn relationship(&self) -> Cow<'_, Relationship> {
        match &self.0 {
            Said::Written(written) => Cow::Borrowed(&written.relationship),
            Said::Pair { shared, id, from, to } => {
                let end = |node: u32| shared.ids.get(node as usize).cloned().unwrap_or_default();
                Cow::Owned(shared.template.between(&id_text(*id), &end(*from), &end(*to)))
            }
        }
    }

    /// The id; `None` where it has none.
    pub fn id(&self) -> Option<Text> {
        match &self.0 {
            Said::Written(written) => written.relationship.id.clone(),
            Said::Pair { id, .. } => Some(id_text(*id)),
        }
    }

    /// Its family; `None` where no rule is about it.
    pub fn family(&self) -> Option<Family> {
        match &self.0 {
            Said::Written(written) => written.family,
            Said::Pair { shared, .. } => shared.family,
        }
    }

    /// Its position in the design; `None` for one that was found.
    pub fn origin(&self) -> Option<usize> {
        match &self.0 {
            Said::Written(written) => written.origin,
            Said::Pair { .. } => None,
        }
    }

    /// The definition that found it, by its position among those that were given.
    pub fn definition(&self) -> Option<usize> {
        self.finder().map(|finder| finder.position)
    }

    /// The model of that definition; empty where no definition found it.
    pub fn model(&self) -> &str {
        self.finder().map_or("", |finder| finder.model.as_str())
    }

    fn finder(&self) -> Option<&Finder> {
        match &self.0 {
            Said::Written(written) => written.definition.as_ref(),
            Said::Pair { shared, .. } => shared.definition.as_ref(),
        }
    }
}
