//! D0865 chart-too-costly.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Rendering a chart passed a limit.
    ///
    /// Charts come from strangers, so what a template may cost is bounded: 5 million steps, 64 MiB of text, 2,000 templates
    /// and branches inside each other, 200 values inside each other; the whole chart may take four times as much. The
    /// template is left out, and the others are rendered.
    ///
    /// ## What to do
    ///
    /// Look for a template that calls itself, or for a loop over more than it should.
    "D0865", "chart-too-costly", Error
}

/// `what` there is too much of.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("rendering the chart was stopped: {what}"), span)
        .help("look for a template that calls itself, or for a loop over more than it should")
}
