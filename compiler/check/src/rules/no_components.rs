//! D0210 no-components.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A design declares no components, so nothing comes out of it.
    ///
    /// ## What to do
    ///
    /// Add components, or delete the file.
    "D0210", "no-components", Warning
}

/// A finding at the beginning of the design.
pub fn finding(span: Span) -> Finding {
    RULE.finding("the design has no components", span).help("nothing is rendered from it")
}
