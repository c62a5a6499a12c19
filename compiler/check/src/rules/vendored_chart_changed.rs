//! D0875 vendored-chart-changed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A chart in `charts/` is not what `design vendor` locked.
    ///
    /// `design.lock` keeps the digest of every chart that was fetched. One that differs was changed by hand or exchanged:
    /// nobody knows what it renders, so it is left out.
    ///
    /// ## What to do
    ///
    /// Run `design vendor`, which fetches it again. A chart that is changed on purpose is one of your own: let the dependency
    /// name no repository, and take its entry out of `design.lock`.
    "D0875", "vendored-chart-changed", Error
}

/// The name of the chart, and what is wrong with its copy, as a sentence without a full stop.
pub fn finding(name: &str, problem: &str, span: Span) -> Finding {
    RULE.finding(format!("the chart `{name}`: {problem}"), span)
        .help("`design vendor` fetches it again; a chart of your own has no entry in design.lock")
}
