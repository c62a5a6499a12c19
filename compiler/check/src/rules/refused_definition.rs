//! D0401 refused-definition.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A file of a model, or a part of it, cannot be taken for a definition.
    ///
    /// A definition says by its `schemaVersion` what it is: `models.…`, `components.…` or `relationships.…` of any
    /// host, in the versions v1alpha3 to v1beta3, or `model.design/v1` for our own form. A component definition needs
    /// `component.kind` and `component.version`, and its `component.schema` is a JSON Schema as text; a relationship
    /// definition needs `kind`, `type` and `subType`; a model needs `name`. Everything else in the file is still read.
    ///
    /// Packages are `.tar`, `.tar.gz` or `.tgz`. Members that are links or archives, or whose path leads out of the
    /// package, are refused, and so is a package that unpacks to more than the limits allow.
    ///
    /// ## What to do
    ///
    /// Correct what the message names, or move the file out of the model's folder.
    "D0401", "refused-definition", Error
}

/// `reason` says what is wrong.
pub fn finding(reason: &str, span: Span) -> Finding {
    RULE.finding(format!("this is no definition that can be used: {reason}"), span)
}
