//! D0405 no-flow.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A relationship definition whose values flow nowhere.
    ///
    /// One side gives values (`mutatorRef`), the other takes them (`mutatedRef`). Where both sides give, or both take, or one
    /// names no field, no engine finds the relationship. A binding needs `match.from` and `match.to` on both sides, which
    /// name the component in the middle; a sibling relationship needs `match.refs`.
    ///
    /// ## What to do
    ///
    /// Write `mutatorRef` on the side whose value wins and `mutatedRef` on the other.
    "D0405", "no-flow", Error
}

/// `fault` is the rest of a sentence about the relationship.
pub fn finding(fault: &str, span: Span, related: Option<Span>) -> Finding {
    let finding = RULE.finding(format!("this relationship {fault}"), span);
    match related {
        Some(related) => finding.related("the other side", related),
        None => finding,
    }
}
