//! D0978 no-name-of-its-own.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An object has only `generateName`, so nobody can tell whether it is there already.
    ///
    /// ## What to do
    ///
    /// Give it a name.
    "D0978", "no-name-of-its-own", Error
}

/// The object by its id.
pub fn finding(id: &str, place: Span) -> Finding {
    RULE.finding(format!("{id} has no name of its own, so it cannot be applied"), place)
}
