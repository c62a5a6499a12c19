//! D0972 missing-namespace.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The namespace that objects would live in is not there.
    ///
    /// ## What to do
    ///
    /// Make it, let `--create-namespace` make it, or add a Namespace to the design.
    "D0972", "missing-namespace", Error
}

/// The namespace by its name.
pub fn finding(namespace: &str, place: Span) -> Finding {
    RULE.finding(format!("the cluster has no namespace `{namespace}`"), place).help("`--create-namespace` makes it")
}
