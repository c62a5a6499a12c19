//! Words what building a kustomization met.

use design_kustomize::{Fault, Problem};
use design_vocabulary::Finding;

use crate::rules;

/// Words what building a kustomization met.
pub fn word_kustomization(problem: &Problem) -> Finding {
    let Problem { fault, at, related } = problem;
    let (at, related) = (*at, *related);
    match fault {
        Fault::Syntax(problem) => crate::word_syntax(problem),
        Fault::NotCovered { field } => rules::not_covered_by_kustomize::finding(field, at),
        Fault::UnknownField { field, nearest } => rules::unknown_kustomization_field::finding(field, *nearest, at),
        Fault::WrongValue { what } => rules::wrong_kustomization_value::finding(what, at),
        Fault::Missing { path, reason } => rules::missing_kustomization_file::finding(path, reason, at),
        Fault::Circle { path } => rules::kustomization_in_a_circle::finding(path, at),
        Fault::Remote { address } => rules::remote_base::finding(address, at),
        Fault::Outside { path } => rules::file_outside_kustomization::finding(path, at),
        Fault::Patch { what } => rules::patch_not_applied::finding(what, at),
        Fault::Differs { what } => rules::differs_from_kustomize::finding(what, at),
        Fault::SameObject { object } => rules::object_twice::finding(object, related, at),
        Fault::Generator { what } => rules::generator_failed::finding(what, related, at),
        Fault::Replacement { what } => rules::replacement_failed::finding(what, at),
        Fault::Variable { what } => rules::variable_without_value::finding(what, related, at),
        Fault::NeedsProgram { what } => rules::kustomization_needs_a_program::finding(what, at),
        Fault::Transformer { what } => rules::transformer_failed::finding(what, at),
        Fault::Ambiguous { name, objects } => rules::ambiguous_reference::finding(name, objects, at),
        Fault::TooMany { allowed } => rules::too_many_kustomizations::finding(*allowed, at),
    }
}
