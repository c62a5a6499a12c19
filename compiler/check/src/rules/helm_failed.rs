//! D0872 helm-failed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Helm could not render the chart.
    ///
    /// ## What to do
    ///
    /// The finding holds what Helm says. Without Helm (`--chart-renderer builtin`) every template that can be rendered is, and
    /// each of the others is a finding of its own.
    "D0872", "helm-failed", Error
}

/// What Helm says.
pub fn finding(reason: &str, span: Span) -> Finding {
    RULE.finding(format!("helm says: {reason}"), span)
        .help("`--chart-renderer builtin` tells of each template by itself")
}
