//! D0874 dependency-not-fetched.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// `design vendor` cannot fetch a dependency of a chart.
    ///
    /// It fetches from folders (`file://../common`), from repositories with an index (`https://charts.example.com`, whose
    /// packages have to be what the index says of them) and from git repositories in the form of the plugin helm-git
    /// (`git+https://git.example/o/r@charts?ref=v1.0.0`, by a tag or a whole commit). It does not fetch from OCI registries,
    /// nor from a repository that only somebody's own Helm knows by name (`@stable`). Nothing is written where anything
    /// cannot be fetched.
    ///
    /// ## What to do
    ///
    /// Mend the address or the range of versions; or let `helm dependency build` write the chart to `charts/`, where it is
    /// taken as it is.
    "D0874", "dependency-not-fetched", Error
}

/// The name of the dependency, the repository as written, and why, as the end of a sentence.
pub fn finding(name: &str, repository: &str, why: &str, span: Span) -> Finding {
    RULE.finding(format!("`{name}` of {repository} is not fetched: {why}"), span)
        .help("mend the address or the range of versions, or let `helm dependency build` write the chart to `charts/`")
}
