//! D0831 said-loosely.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A field of a compose file or of a Score workload becomes something that does not mean quite the same.
    ///
    /// ## What to do
    ///
    /// Read what becomes of it, and decide whether that is what is meant.
    "D0831", "said-loosely", Note
}

/// `what` says what becomes of the field.
pub fn finding(field: &str, what: &str, span: Span) -> Finding {
    RULE.finding(format!("`{field}`: {what}"), span)
}
