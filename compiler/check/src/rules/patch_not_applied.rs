//! D0808 patch-not-applied.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A patch, or a part of one, cannot be applied.
    ///
    /// It names an object that is not there or that two objects are, an operation that does not fit, or a value of
    /// another kind than the object has. The rest of the patch is applied.
    ///
    /// A strategic merge patch without a `target` names its object by `apiVersion`, `kind`, `metadata.name` and
    /// `metadata.namespace`, as that object was read or as it is by then. A JSON patch needs a `target`.
    ///
    /// ## What to do
    ///
    /// Correct the name or the path; `design graph BASE` shows what there is to patch.
    "D0808", "patch-not-applied", Error
}

/// Why, as a sentence.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("the patch cannot be applied: {what}"), span)
}
