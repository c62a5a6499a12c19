//! D0975 withheld.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An object was not applied, because something that it needs is not there.
    ///
    /// ## What to do
    ///
    /// Mend what it needs, which has a finding of its own, and apply again.
    "D0975", "withheld", Error
}

/// What it needs, with the place that says so.
pub fn finding(id: &str, on: &str, place: Span, because: Span) -> Finding {
    RULE.finding(format!("{id} was withheld: it needs {on}"), place).related("it is needed here", because)
}
