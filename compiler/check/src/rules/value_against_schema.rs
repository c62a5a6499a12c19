//! D0867 value-against-schema.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value of a chart is not what the chart's own schema says.
    ///
    /// The schema is `values.schema.json`; Helm refuses to install the chart with such a value.
    ///
    /// ## What to do
    ///
    /// Correct the value at the place of the finding.
    "D0867", "value-against-schema", Error
}

/// `what` is wrong, as a sentence without a full stop.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("`values.schema.json` of the chart says what it may be")
}
