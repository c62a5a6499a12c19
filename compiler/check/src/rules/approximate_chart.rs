//! D0860 approximate-chart.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The chart was rendered by the engine that is built in, not by Helm.
    ///
    /// The engine knows what most charts use (`docs/charts.md` holds the table) and refuses the rest by name, so what it
    /// renders is what Helm prints, as far as its tests go. It takes the cluster for the one that `helm template` takes
    /// without one: the newest release of Kubernetes and its built-in APIs.
    ///
    /// ## What to do
    ///
    /// Nothing. With `helm` on PATH and `--chart-renderer auto`, which is the default, Helm renders the chart itself.
    "D0860", "approximate-chart", Note
}

/// Rendered without Helm.
pub fn finding(span: Span) -> Finding {
    RULE.finding("the chart was rendered by the engine that is built in, not by Helm", span)
        .help("with `helm` on PATH, Helm itself renders it")
}
