//! D0408 misleading-file-name.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The name of a file says something else than its content.
    ///
    /// Meshery names component definitions after their kind (`components/Deployment.json`), relationship definitions
    /// after kind, type and subType (`relationships/edge-non-binding-network-….json`), and folders after model and
    /// versions. No program reads these names, but people do.
    ///
    /// ## What to do
    ///
    /// Rename the file, or correct its content.
    "D0408", "misleading-file-name", Note
}

/// What the name and what the content says.
pub fn finding(named: &str, content: &str, span: Span) -> Finding {
    RULE.finding(format!("this defines `{content}`, but the name of the file says `{named}`"), span)
}
