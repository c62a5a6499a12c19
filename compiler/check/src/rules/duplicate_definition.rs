//! D0402 duplicate-definition.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Two files define one kind: the same kind, apiVersion, model and version.
    ///
    /// Nothing tells them apart, so which of them is used would be chance. The one whose path comes first is used.
    ///
    /// ## What to do
    ///
    /// Delete one of them. If both are wanted, give their models different names or versions.
    "D0402", "duplicate-definition", Error
}

/// A finding at the later definition, with the earlier one beside it.
pub fn finding(kind: &str, api_version: &str, model: &str, first: Span, second: Span) -> Finding {
    RULE.finding(format!("`{api_version}` {kind} is defined twice in the model {model}"), second)
        .related("it is defined here first", first)
        .help("delete one of the two, or give their models different versions")
}
