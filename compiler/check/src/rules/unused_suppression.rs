//! D0108 unused-suppression.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A comment wants a finding ignored that is not there.
    ///
    /// Either what was wrong has been mended, or the comment stands in another place than the finding.
    ///
    /// ## What to do
    ///
    /// Delete the comment, or put it behind the value or above the entry that the finding is about.
    "D0108", "unused-suppression", Note
}

/// At the comment.
pub fn finding(span: Span) -> Finding {
    RULE.finding("the comment ignores nothing", span).help("delete it, or put it beside what it is about")
}
