//! D0976 member-of-other-set.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An object belongs to the set of another design or another tool.
    ///
    /// The label `applyset.kubernetes.io/part-of` says so (KEP-3659). Two sets that both claim an object would take
    /// turns in pruning it.
    ///
    /// ## What to do
    ///
    /// Take the object out of one of the designs, or out of the other set by taking the label away, which `--adopt`
    /// does.
    "D0976", "member-of-other-set", Error
}

/// The id of the other set.
pub fn finding(id: &str, set: &str, place: Span) -> Finding {
    RULE.finding(format!("{id} belongs to another set, `{set}`"), place).help("`--adopt` takes it over")
}
