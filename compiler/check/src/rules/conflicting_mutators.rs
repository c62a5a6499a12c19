//! D0502 conflicting-mutators.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Relationships want a field of a component to have different values.
    ///
    /// None of them is applied: the field keeps the value that is written. Whoever is applied last would win otherwise, and
    /// the next evaluation would undo it.
    ///
    /// ## What to do
    ///
    /// Give the mutators one value, or delete one of the relationships.
    "D0502", "conflicting-mutators", Warning
}

/// `mutators` are the relationships that the design declares, in words, with their places.
pub fn finding(message: String, span: Span, mutators: Vec<(String, Span)>) -> Finding {
    let finding = RULE.finding(message, span).help("give the mutators one value, or delete one of the relationships");
    mutators.into_iter().fold(finding, |finding, (words, span)| finding.related(format!("{words} wants one"), span))
}
