//! D0906 undeclarable-parameter.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A parameter is declared by something that is no JSON Schema, or under a name that no reference can say.
    ///
    /// A declaration is a JSON Schema (draft 2020-12): `{type: integer, minimum: 1, default: 2}`. It reads nothing
    /// but itself. A name has letters, digits, `_` and `-`.
    ///
    /// ## What to do
    ///
    /// Correct the declaration where the finding stands.
    "D0906", "undeclarable-parameter", Error
}

/// `reason` is a sentence.
pub fn finding(reason: &str, span: Span) -> Finding {
    RULE.finding(reason, span).help("for example `replicas: {type: integer, minimum: 1, default: 2}`")
}
