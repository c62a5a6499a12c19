//! The words for what reading a compose project or a Score workload met.

use design_compose::Problem;
use design_vocabulary::Finding;

use crate::{rules, word_syntax};

/// Words what reading a compose project met.
pub fn word_compose(problem: &Problem) -> Finding {
    match problem {
        Problem::Syntax(problem) => word_syntax(problem),
        Problem::Inexpressible { field, why, span } => rules::not_in_kubernetes::finding(field, why, *span),
        Problem::Loosely { field, what, span } => rules::said_loosely::finding(field, what, *span),
        Problem::UnknownKey { key, of, nearest, span } => rules::unknown_compose_key::finding(key, of, *nearest, *span),
        Problem::Invalid { field, expected, span } => rules::invalid_compose_value::finding(field, expected, *span),
        Problem::Unset { name, span } => rules::unset_variable::finding(name, *span),
        Problem::Required { message, span } => rules::variable_needed::finding(message, *span),
        Problem::AbsentFile { path, purpose, reason, span } => {
            rules::absent_file::finding(path, purpose, reason.as_deref(), *span)
        }
        Problem::NoImage { service, image, span } => rules::unnamed_image::finding(service, image.as_deref(), *span),
        Problem::Renamed { what, from, to, span } => rules::renamed::finding(what, from, to, *span),
        Problem::Undefined { what, name, nearest, span } => {
            rules::undefined_in_compose::finding(what, name, nearest.as_deref(), *span)
        }
        Problem::Circle { path, span } => rules::undefined_in_compose::circle(path, *span),
        Problem::HostPath { path, instead, span } => rules::host_path::finding(path, instead, *span),
        Problem::Inactive { service, profiles, span } => rules::inactive_profile::finding(service, profiles, *span),
    }
}

/// Words what reading a Score workload met.
pub fn word_score(problem: &design_score::Problem) -> Finding {
    use design_score::Problem;
    match problem {
        Problem::Invalid { message, help, span } => rules::score_value::finding(message, help, *span),
        Problem::Unknown { message, help, span } => rules::score_value::finding(message, help, *span),
        Problem::Loosely { field, what, span } => rules::said_loosely::finding(field, what, *span),
        Problem::Resource { name, resource_type, secret, keys, span } => {
            rules::score_resource::finding(name, resource_type, secret, keys, *span)
        }
        Problem::AbsentFile { path, reason, span } => {
            rules::absent_file::finding(path, "file", reason.as_deref(), *span)
        }
    }
}
