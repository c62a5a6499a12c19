//! D0811 replacement-failed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A replacement cannot be made.
    ///
    /// Its source is no object or several, the source has no such field, or a target has no such field and
    /// `options.create` is not set. The other targets are filled.
    ///
    /// ## What to do
    ///
    /// Correct the source or the path, or set `options.create` where the field is to be made.
    "D0811", "replacement-failed", Error
}

/// Why, as a sentence.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("the replacement cannot be made: {what}"), span)
}
