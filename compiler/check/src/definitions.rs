//! Findings about definitions of models.

use design_definitions::{Fault, Problem, What};
use design_vocabulary::Finding;

use crate::{rules, word_syntax};

/// Words what reading a definition met.
pub fn word_definition(problem: &Problem) -> Finding {
    match problem {
        Problem::Syntax(problem) => word_syntax(problem),
        Problem::Refused { reason, span } => rules::refused_definition::finding(reason, *span),
        Problem::Misread { path, expected, found, span } => rules::field_type::finding(path, expected, found, *span),
        Problem::UnknownField { field, inside, help, span } => {
            rules::unknown_definition_field::finding(field, inside, help.as_deref(), *span)
        }
    }
}

/// Words what checking a definition found.
pub fn word_fault(fault: &Fault) -> Finding {
    let Fault { what, span, related } = fault;
    let (span, related) = (*span, *related);
    match what {
        What::UnknownPath { path, kind, segment, near } => {
            rules::unknown_path::finding(path, kind, segment.as_deref(), near.as_deref(), span)
        }
        What::TypesDiffer { mutator, mutated } => rules::types_differ::finding(mutator, mutated, span, related),
        What::Roles { fault } => rules::no_flow::finding(fault, span, related),
        What::LengthsDiffer { mutator, mutated } => rules::unequal_lengths::finding(*mutator, *mutated, span, related),
        What::Unclaimed { combination } => rules::unclaimed_relationship::finding(combination, span),
        What::FileName { named, content } => rules::misleading_file_name::finding(named, content, span),
        What::UnknownKind { kind, model, near } => {
            rules::unknown_definition_kind::finding(kind, model, near.as_deref(), span)
        }
        What::UnknownField { field, inside, help } => {
            rules::unknown_definition_field::finding(field, inside, help.as_deref(), span)
        }
        What::OtherModel { named, folder } => rules::other_model::finding(named, folder, span),
        What::NoModel => rules::no_model::finding(span),
    }
}
