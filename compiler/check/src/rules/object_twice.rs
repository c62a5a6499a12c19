//! D0809 object-twice.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Two objects of a kustomization have one identity.
    ///
    /// Group, version, kind, name and namespace are the same. Kustomize stops there; here the first one is kept. It
    /// happens where two bases hold the same object, where a namespace is set that makes two objects one, or where
    /// a generator makes what is already there without `behavior: merge` or `behavior: replace`.
    ///
    /// ## What to do
    ///
    /// Remove one of the two, give one a prefix or a namespace in its base, or say what the generator is to do with
    /// `behavior`.
    "D0809", "object-twice", Error
}

/// The object, and another place that belongs to it.
pub fn finding(object: &str, related: Option<(&str, Span)>, span: Span) -> Finding {
    let finding = RULE.finding(format!("{object} is there twice"), span);
    match related {
        Some((message, span)) => finding.related(message, span),
        None => finding,
    }
}
