//! D0863 template-failed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A template of a chart cannot be rendered.
    ///
    /// It is written wrongly, or the values are not what it counts on: a field of something that is not there, a comparison
    /// of a text with a number, a template that nobody defines. Helm fails on it as well. The template is left out.
    ///
    /// ## What to do
    ///
    /// Correct the template at the place of the finding, or give the chart the values that it needs.
    "D0863", "template-failed", Error
}

/// `what` says why, as a sentence without a full stop.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("the template cannot be rendered: {what}"), span)
        .help("correct the template, or give the chart the values that it needs")
}
