//! D0869 invalid-chart.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A file of a chart is not what it has to be.
    ///
    /// `Chart.yaml` says a name and a version; files of values are mappings; a schema of values is a JSON Schema; a chart says
    /// which releases of Kubernetes it is for.
    ///
    /// ## What to do
    ///
    /// Correct the file at the place of the finding.
    "D0869", "invalid-chart", Error
}

/// `what` is wrong, as a sentence without a full stop.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("correct the file; Helm does not take the chart either")
}
