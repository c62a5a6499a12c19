//! D0404 types-differ.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The two fields of a pair can never hold the same value: one is a list and the other a text, for example.
    ///
    /// Where the definition writes the value of one into the other, the result does not fit the schema; where it compares them,
    /// they are never equal. Numbers and texts are a pair only under the strategy `equal_as_strings`.
    ///
    /// ## What to do
    ///
    /// Name the field that was meant: an element of the list (`…, "_"`), a part of the object.
    "D0404", "types-differ", Warning
}

/// Each side is its path and its types in words.
pub fn finding(mutator: &(String, String), mutated: &(String, String), span: Span, related: Option<Span>) -> Finding {
    let finding =
        RULE.finding(format!("`{}` ({}) never equals `{}` ({})", mutated.0, mutated.1, mutator.0, mutator.1), span);
    match related {
        Some(related) => finding.related("its value comes from here", related),
        None => finding,
    }
}
