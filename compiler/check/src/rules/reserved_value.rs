//! D0920 reserved-value.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A parameter has the name of a value that every chart has.
    ///
    /// In a chart, parameters become values. `global` is Helm's own, `nameOverride` and `fullnameOverride` are what
    /// people expect of every chart, `recommendedLabels` and `tests` say what the chart adds to the design.
    ///
    /// ## What to do
    ///
    /// Call the parameter something else.
    "D0920", "reserved-value", Error
}

/// `name` is the parameter.
pub fn finding(name: &str, span: Span) -> Finding {
    RULE.finding(format!("a chart has a value `{name}` of its own, so no parameter can be called so"), span)
        .help("call the parameter something else")
}
