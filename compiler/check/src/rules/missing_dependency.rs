//! D0866 missing-dependency.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A chart declares a dependency that does not lie in its `charts/`.
    ///
    /// Nothing is fetched while a design is built: what is built tomorrow would depend on what somebody else does tonight.
    /// The chart is rendered without it.
    ///
    /// ## What to do
    ///
    /// Run `design vendor`, which fetches it once, writes it into the repository and locks it by its digest; or `helm
    /// dependency build`, or copy the chart into `charts/`.
    "D0866", "missing-dependency", Error
}

/// The name of the dependency.
pub fn finding(name: &str, span: Span) -> Finding {
    RULE.finding(format!("the chart needs `{name}`, which does not lie in `charts/`"), span)
        .help("`design vendor` fetches it into the repository and locks it; or copy it into `charts/`")
}
