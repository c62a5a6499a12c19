//! D0403 unknown-path.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A path of a relationship definition leads to no field of its kind.
    ///
    /// A path goes from the root of a component: `displayName`, `component.kind`, or `configuration` and what the schema of
    /// the kind has below. A position in a list is a number, `_` stands for each of its elements. A field that does not exist
    /// has no value, so the relationship is never found, or what it writes is refused by the API server.
    ///
    /// Paths of kinds without a schema at hand are checked only as far as every object is the same. `--model` names models with
    /// more schemas.
    ///
    /// ## What to do
    ///
    /// Correct the path. `design model show KIND --field PATH` lists the fields that there are.
    "D0403", "unknown-path", Error
}

/// `segment` is where the path stops leading on, if it has segments at all; `near` what may have been meant.
pub fn finding(path: &str, kind: &str, segment: Option<&str>, near: Option<&str>, span: Span) -> Finding {
    let kind = if kind.is_empty() || kind == "*" { "a component" } else { kind };
    let message = match segment {
        Some(segment) if segment == path => format!("{kind} has no field `{path}`"),
        Some(segment) => format!("{kind} has no field `{path}`: there is no `{segment}`"),
        None => "an empty path names no field".to_owned(),
    };
    let help = near
        .map_or_else(|| "correct the path, or delete the pair".to_owned(), |near| format!("did you mean `{near}`?"));
    RULE.finding(message, span).help(help)
}
