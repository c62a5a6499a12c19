//! D0211 not-recognised.

use design_vocabulary::{Finding, Severity, Span};

use crate::rule::rule;

rule! {
    /// A document is neither a design nor a Kubernetes object.
    ///
    /// It is a mapping without `apiVersion` and `kind`, and without what makes a design (`components`, or `schemaVersion`).
    /// When the file was met on a walk through a folder, this is a warning: folders hold other files too.
    ///
    /// ## What to do
    ///
    /// If it should be an object, write `apiVersion` and `kind`. If it belongs to something else, name it in `.designignore`.
    "D0211", "not-recognised", Error
}

/// A file that was asked for by name has to be something; one on the way does not.
pub fn finding(asked_for: bool, span: Span) -> Finding {
    let mut finding = RULE
        .finding("this is neither a design nor a Kubernetes object", span)
        .help("an object has `apiVersion` and `kind`, a design has `components`; `.designignore` names other files");
    if !asked_for {
        finding.severity = Severity::Warning;
    }
    finding
}
