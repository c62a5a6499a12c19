//! D0824 variable-needed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A variable that has to have a value has none, or a text holds a `$` that begins no variable.
    ///
    /// `${NAME:?reason}` and `${NAME?reason}` say that a file cannot be used without the variable. A dollar sign that
    /// stands for itself is written twice: `$$`.
    ///
    /// ## What to do
    ///
    /// Write the variable into the file `.env` beside the compose file, or write `$$`.
    "D0824", "variable-needed", Error
}

/// `message` says what is wrong, as a sentence.
pub fn finding(message: &str, span: Span) -> Finding {
    RULE.finding(message, span)
        .help("set it in `.env` beside the compose file; a `$` that stands for itself is written `$$`")
}
