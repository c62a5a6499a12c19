//! Evaluation: which components of a design relate by the definitions of models, and what that changes in them.
//!
//! [`evaluate`] finds relationships, keeps those that hold, makes parents and aliases that are missing, and lets values
//! flow from mutators to mutated fields, until nothing changes any more. [`settle`] does the last of these only, for the
//! relationships that the design itself declares. `docs/evaluation.md` says what the rules are and where they differ from
//! Meshery's.
//!
//! Everything is looked up by index, so the cost grows with the design. The result does not depend on the order of
//! components or definitions, ids are made of content, and to evaluate twice is to evaluate once.

mod actions;
mod alias;
mod binding;
mod by_id;
mod canonical;
mod columns;
mod compare;
mod family;
mod field;
mod flow;
mod identify;
mod ids;
mod json;
mod known;
mod link;
mod marks;
mod number;
mod outcome;
mod pairs;
mod parents;
mod patch;
mod said;
mod show;
mod sibling;
mod state;
mod step;
mod tidy;
mod validate;
mod write;

use design_vocabulary::{Design, RelationshipDefinition, Text};

pub use actions::{Action, FieldUpdate, Item, RelationshipUpdate};
pub use family::Family;
pub use field::Refusal;
pub use ids::component_ids;
pub use json::json;
pub use outcome::{EvaluatedComponent, Evaluation, Limits, Problem, ResolvedAlias};
pub use said::EvaluatedRelationship;
pub use show::{path_text, text, trace, value_text};
pub use step::{Because, Change, Step};
pub use write::{Names, written};

use crate::state::State;

/// Evaluates a design by the definitions of models. What is wrong with the design is among the problems.
pub fn evaluate(design: &Design, definitions: &[RelationshipDefinition], limits: &Limits) -> Evaluation {
    let models: Vec<Text> = design.components.iter().map(state::model_of).collect();
    let mut distinct: Vec<&Text> = models.iter().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let prepared = family::prepare(design, &distinct, definitions);
    let mut state = State::new(design, component_ids(design), &prepared, limits);
    loop {
        state.pass += 1;
        state.changed = false;
        state.problems.clear();
        alias::resolve(&mut state);
        validate::validate(&mut state);
        alias::draw(&mut state);
        identify::identify(&mut state);
        alias::draw(&mut state);
        parents::add(&mut state);
        patch::apply(&mut state);
        if !state.changed || state.is_exhausted {
            break;
        }
        if state.pass == limits.passes {
            state.problems.push(Problem::Passes { allowed: limits.passes });
            break;
        }
    }
    if state.is_exhausted {
        state.problems.push(Problem::Fanout { relationships: limits.relationships, comparisons: limits.comparisons });
    }
    outcome::outcome(design, state)
}

/// Lets the values of a design flow along the relationships that it declares: nothing is looked for, added or taken out.
/// The components of the result are those of the design, one for one.
pub fn settle(design: &Design, limits: &Limits) -> Evaluation {
    let mut state = State::new(design, component_ids(design), &[], limits);
    state.pass = 1;
    alias::resolve(&mut state);
    patch::apply(&mut state);
    outcome::outcome(design, state)
}
