//! D0203 not-an-object.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A document, or an item of a `List`, is not a mapping.
    ///
    /// Every Kubernetes object and every design is a mapping of fields.
    ///
    /// ## What to do
    ///
    /// A document of plain text is often a file of another kind, or a `---` that cut a value in two. Name files that do not
    /// belong to the source in `.designignore`.
    "D0203", "not-an-object", Error
}

/// `found` is what stands there instead.
pub fn finding(found: &str, span: Span) -> Finding {
    RULE.finding(format!("expected a mapping, found {found}"), span).help("a Kubernetes object or a design has fields")
}
