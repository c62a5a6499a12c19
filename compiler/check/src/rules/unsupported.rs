//! D0202 not-built-yet.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The source is recognised, but this version cannot build it yet.
    ///
    /// Charts are recognised, so that they are not mistaken for manifests. Their support comes with later versions.
    ///
    /// ## What to do
    ///
    /// Render the source with its own tool and build the manifests: `helm template CHART > out.yaml`, then `design
    /// build out.yaml`. To read a folder as plain manifests whatever else it holds, say `--source manifests`.
    "D0202", "not-built-yet", Error
}

/// `what` is a noun in the singular or plural.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(format!("this version of design cannot build {what} yet"), span)
        .help("render it with its own tool and build the manifests, or say `--source manifests`")
}
