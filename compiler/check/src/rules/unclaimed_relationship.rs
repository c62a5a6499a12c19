//! D0407 unclaimed-relationship.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A relationship definition of a kind, type and subType that no family of relationships has.
    ///
    /// Evaluated are `hierarchical/parent/inventory`, `hierarchical/parent/alias`, `hierarchical/parent/wallet`,
    /// `edge/non-binding/…`, `edge/binding/…` and relationships whose type is `sibling`. Anything else is kept as it is
    /// and never found.
    ///
    /// ## What to do
    ///
    /// Use one of these. The subType of an edge is free: `network`, `reference`, `firewall`, …
    "D0407", "unclaimed-relationship", Error
}

/// `combination` is kind, type and subType with slashes.
pub fn finding(combination: &str, span: Span) -> Finding {
    RULE.finding(format!("no family of relationships is called `{combination}`"), span)
        .help("`design explain D0407` lists the families")
}
