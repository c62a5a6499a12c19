//! The steps of an evaluation.

use std::borrow::Cow;

use design_vocabulary::{FieldPath, Text, Value};

use crate::{EvaluatedRelationship, Evaluation};

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

/// A step as it is kept. Most steps find a relationship, and are no more than that.
#[derive(Debug)]
pub(crate) enum Note {
    /// A definition found a relationship: its position, which is that among the links of the state until they are put in
    /// order, and then that among the relationships of the evaluation.
    Found { pass: u32, relationship: u32 },
    /// Any step.
    Step(Box<Step>),
}

impl Evaluation {
    /// Every step with its reason, in the order in which they were taken.
    pub fn steps(&self) -> impl Iterator<Item = Cow<'_, Step>> {
        self.notes.iter().map(|note| match note {
            Note::Step(step) => Cow::Borrowed(&**step),
            Note::Found { pass, relationship } => {
                let found = self.relationships.get(*relationship as usize);
                Cow::Owned(Step {
                    pass: *pass as usize,
                    change: Change::Found {
                        relationship: found.and_then(EvaluatedRelationship::id).unwrap_or_default(),
                    },
                    because: Because::Definition(found.and_then(EvaluatedRelationship::definition).unwrap_or_default()),
                })
            }
        })
    }
}
