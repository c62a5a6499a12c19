//! D0505 same-id.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Two components of a design have one id.
    ///
    /// A relationship that names the id means neither of them, and evaluation leaves both out.
    ///
    /// ## What to do
    ///
    /// Give one of them another id, or delete the line: ids that are not written are derived.
    "D0505", "same-id", Warning
}

/// `first` is where the first component says its id.
pub fn finding(id: &str, first: Span, second: Span) -> Finding {
    RULE.finding(format!("another component has the id `{id}` too"), second)
        .related("the first one", first)
        .help("give one of them another id, or delete the line")
}
