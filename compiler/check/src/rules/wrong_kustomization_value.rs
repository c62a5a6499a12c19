//! D0803 wrong-kustomization-value.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value of a kustomization is not what its field takes.
    ///
    /// The type is another one (kustomize takes no number where a text is wanted: `newTag: 1.10` is a number,
    /// `newTag: "1.10"` a text), or the text means nothing: an expression that is none, an unknown word.
    ///
    /// ## What to do
    ///
    /// Write the value as the field takes it; put a number that is meant as a text in quotes.
    "D0803", "wrong-kustomization-value", Error
}

/// What is wrong, as a sentence.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("kustomize refuses the file because of it")
}
