//! D0412 no-model.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A definition that belongs to no model.
    ///
    /// Neither does it name a model, nor is there a `model.json` or `model.yaml` in its folder or one above it. Its kind is
    /// known all the same, but nothing can refer to it by model and version.
    ///
    /// ## What to do
    ///
    /// Write a `model.yaml` beside it: docs/extending.md has one.
    "D0412", "no-model", Warning
}

/// At the beginning of the definition.
pub fn finding(span: Span) -> Finding {
    RULE.finding("this definition belongs to no model", span).help("write a `model.yaml` into the folder above it")
}
