//! D0861 chart-not-covered.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A template calls a function that Helm has and the engine that is built in has not.
    ///
    /// The template is left out, since an answer that is made up would be worse; the other templates are rendered.
    ///
    /// ## What to do
    ///
    /// Install Helm, which renders the chart then, or render it and build the manifests: `helm template CHART > out.yaml`,
    /// then `design build out.yaml`.
    "D0861", "chart-not-covered", Error
}

/// The function, and the template that calls it, as a path in the chart.
pub fn finding(function: &str, template: &str, span: Span) -> Finding {
    RULE.finding(format!("`{function}` is not built in, so `{template}` is left out"), span)
        .help("with `helm` on PATH, Helm itself renders the chart")
}
