//! D0922 no-chart-version.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The version of the design is none that a chart can have.
    ///
    /// A chart has a version by the rules of semantic versions: three numbers, such as `1.2.0`, with or without a `v`
    /// before them. The chart is written with the version `0.1.0`.
    ///
    /// ## What to do
    ///
    /// Give the design such a version.
    "D0922", "no-chart-version", Warning
}

/// `written` is what the design says.
pub fn finding(written: &str, span: Span) -> Finding {
    RULE.finding(format!("`{written}` is no version for a chart, which gets `0.1.0`"), span)
        .help("write three numbers, such as `1.2.0`")
}
