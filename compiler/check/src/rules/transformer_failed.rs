//! D0814 transformer-failed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A transformer of a kustomization found nothing to change where it needs something, or a field of another
    /// form than it changes.
    ///
    /// `replicas` names an object that has none, or a field that is to hold a mapping holds a text. Other objects
    /// are changed.
    ///
    /// ## What to do
    ///
    /// Correct the name, or remove the entry.
    "D0814", "transformer-failed", Error
}

/// Why, as a sentence.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span)
}
