//! D0862 chart-not-deterministic.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A template calls a function whose answer changes with the clock or by chance.
    ///
    /// Random passwords, keys, certificates and dates differ from one run to the next, so two builds of one commit would
    /// differ, and every apply would replace what the one before made. The template is left out; the others are rendered.
    ///
    /// ## What to do
    ///
    /// Give the chart the value that it would make up: most charts take an existing secret, or the value itself, from their
    /// values. With `helm` on PATH, Helm renders the chart, with another answer each time.
    "D0862", "chart-not-deterministic", Error
}

/// The function, and the template that calls it, as a path in the chart.
pub fn finding(function: &str, template: &str, span: Span) -> Finding {
    let message = format!("`{function}` answers differently each time, so `{template}` is left out");
    RULE.finding(message, span)
        .help("give the chart the value itself, or the name of a secret that exists, in its values")
}
