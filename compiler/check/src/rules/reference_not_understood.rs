//! D0910 reference-not-understood.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A reference to a parameter cannot be followed as it is written.
    ///
    /// It has no end, or no name; it stands in a key, where nothing is filled in; or it stands inside a longer text
    /// and its value is no text: a list, a mapping, nothing at all.
    ///
    /// ## What to do
    ///
    /// Write `$(parameters.NAME)`. Where the value is a list or a mapping, let the reference be the whole value of
    /// its field.
    "D0910", "reference-not-understood", Error
}

/// `what` is a sentence.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span).help("write `$(parameters.NAME)`, or `$$(` where the text itself is meant")
}
