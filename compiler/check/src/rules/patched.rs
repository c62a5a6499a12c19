//! D0501 patched.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A relationship of the design changes a field of a component before anything is built.
    ///
    /// A relationship in Meshery's form can say that a field of one component takes the value of a field of another: a child
    /// takes the name of its namespace, a deployment the name of a config map. Where the two differ, the value of the mutator
    /// is what is built, checked and shown. Plain manifests have no such relationships and are never changed.
    ///
    /// ## What to do
    ///
    /// Nothing, if it is meant. `design evaluate -o FILE` writes the values into the design, so that the file says what is
    /// built. If the written value is the right one, correct the mutator, or delete the relationship.
    "D0501", "patched", Note
}

/// `message` names the field, what it is and what it becomes.
pub fn finding(message: String, span: Span) -> Finding {
    RULE.finding(message, span).help("`design evaluate -o FILE` writes the value into the design")
}
