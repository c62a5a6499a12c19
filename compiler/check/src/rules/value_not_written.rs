//! D0504 value-not-written.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value that a relationship wants to be written cannot be.
    ///
    /// The path of the field leads through a value that has no fields, names an element that a list does not have, or has a
    /// `_` that may mean several elements. Everything else is still applied.
    ///
    /// ## What to do
    ///
    /// Correct the path in the relationship: name the element by its number, and the fields as the kind has them.
    "D0504", "value-not-written", Warning
}

/// `what` is the field with its component, `why` the reason.
pub fn finding(what: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("{what} is not written: {why}"), span).help("correct the path in the relationship")
}
