//! D0209 missing-design-field.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A design does not say its name or its version.
    ///
    /// It is built all the same: the name of the file stands in. But a design without a name and a version cannot be published,
    /// and Meshery refuses it.
    ///
    /// ## What to do
    ///
    /// Write `name: …` and `version: 1.0.0` at the top of the file.
    "D0209", "missing-design-field", Warning
}

/// `field` is `name` or `version`.
pub fn finding(field: &str, span: Span) -> Finding {
    let help = if field == "name" { "write `name: …`; the file's name stands in" } else { "write `version: 1.0.0`" };
    RULE.finding(format!("the design has no {field}"), span).help(help)
}
