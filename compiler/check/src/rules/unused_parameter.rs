//! D0911 unused-parameter.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A parameter is declared and nothing refers to it.
    ///
    /// Whoever sets it expects something to change, and nothing does.
    ///
    /// ## What to do
    ///
    /// Refer to it with `$(parameters.NAME)`, or take the declaration out.
    "D0911", "unused-parameter", Warning
}

/// `name` is the parameter.
pub fn finding(name: &str, span: Span) -> Finding {
    RULE.finding(format!("nothing refers to the parameter `{name}`"), span)
        .help(format!("refer to it with `$(parameters.{name})`, or take it out"))
}
