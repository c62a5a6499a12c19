//! D0810 generator-failed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A generator of config maps or secrets cannot do what it says.
    ///
    /// A key is not of the form that Kubernetes takes or comes twice, a literal has no `=`, a line of an env file
    /// names no variable, or there is nothing to merge with. What can be made is made.
    ///
    /// ## What to do
    ///
    /// Correct the entry that the finding points to.
    "D0810", "generator-failed", Error
}

/// Why, as a sentence, and another place that belongs to it.
pub fn finding(what: &str, related: Option<(&str, Span)>, span: Span) -> Finding {
    let finding = RULE.finding(format!("the generator fails: {what}"), span);
    match related {
        Some((message, span)) => finding.related(message, span),
        None => finding,
    }
}
