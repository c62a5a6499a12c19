//! D0873 chart-value-ignored.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value of a chart is not used as it is written.
    ///
    /// A mapping is set where the chart has another value, or the other way round; or a chart imports values that its
    /// sub-chart does not have. Helm prints a warning and goes on.
    ///
    /// ## What to do
    ///
    /// Correct the value at the place of the finding.
    "D0873", "chart-value-ignored", Warning
}

/// `what` is wrong, as a sentence without a full stop.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("give the value the form that the chart has for it")
}
