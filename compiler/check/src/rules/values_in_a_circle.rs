//! D0503 values-in-a-circle.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Relationships hand values on in a circle, and the values differ.
    ///
    /// Each field takes the value of the next, and the last one that of the first, so there is no value to begin with. The
    /// fields keep what is written.
    ///
    /// ## What to do
    ///
    /// Write one value into all fields of the circle, or delete one of the relationships.
    "D0503", "values-in-a-circle", Warning
}

/// `others` are the other relationships of the circle, in words, with their places.
pub fn finding(first: Span, others: Vec<(String, Span)>) -> Finding {
    let message = "values flow in a circle from here, and they differ";
    let finding = RULE.finding(message, first).help("write one value into all of the fields");
    others.into_iter().fold(finding, |finding, (words, span)| finding.related(format!("{words} hands it on"), span))
}
