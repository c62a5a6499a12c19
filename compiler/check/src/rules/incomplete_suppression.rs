//! D0107 incomplete-suppression.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A comment wants a finding ignored and does not say which, or not why.
    ///
    /// `# design: ignore D0309 the vault makes it` says that a finding is meant: the codes or names of rules, with commas
    /// between several, then the reason. Behind a value the comment is about that line; above an entry or an element, about
    /// all of it; above the first line of a document, about the whole document. What is ignored is counted in every report,
    /// and JSON and SARIF hold it with its reason.
    ///
    /// ## What to do
    ///
    /// Name the rule and the reason, or delete the comment.
    "D0107", "incomplete-suppression", Warning
}

/// `fault` says what the comment does, such as `says no reason`.
pub fn finding(fault: &str, span: Span) -> Finding {
    RULE.finding(format!("the comment {fault}"), span).help("write `# design: ignore D0309 REASON`")
}
