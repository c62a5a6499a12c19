//! D0864 chart-refuses.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The chart says itself that it cannot be rendered so, by `fail` or `required`.
    ///
    /// ## What to do
    ///
    /// Do what the chart says; usually a value is missing: `--set NAME=VALUE`, or a file of values by `--values`.
    "D0864", "chart-refuses", Error
}

/// What the chart says.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("the chart says: {what}"), span)
        .help("give the value by `--set NAME=VALUE`, or in a file by `--values FILE`")
}
