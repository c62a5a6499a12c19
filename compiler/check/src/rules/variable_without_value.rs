//! D0812 variable-without-value.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A variable of a kustomization has no value, or two.
    ///
    /// The object that `objref` names is not there, it has no such field, or two variables share a name. `$(NAME)`
    /// then stays in the texts as it is. Variables are kustomize's older way; `replacements` say the same without a
    /// syntax inside of texts.
    ///
    /// ## What to do
    ///
    /// Correct `objref` or `fieldref`, or say it with `replacements`.
    "D0812", "variable-without-value", Error
}

/// What is wrong, as a sentence, and another place that belongs to it.
pub fn finding(what: &str, related: Option<(&str, Span)>, span: Span) -> Finding {
    let finding = RULE.finding(what, span);
    match related {
        Some((message, span)) => finding.related(message, span),
        None => finding,
    }
}
