//! D0835 score-value.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value of a Score workload is not what the specification wants, or a placeholder leads nowhere.
    ///
    /// Placeholders are `${metadata.…}` for what the metadata say and `${resources.NAME.OUTPUT}` for an output of a
    /// resource; a dollar sign that stands for itself is written twice.
    ///
    /// ## What to do
    ///
    /// Correct the value; the finding names what is there.
    "D0835", "score-value", Error
}

/// `message` says what is wrong, as a sentence; `help` what to write.
pub fn finding(message: &str, help: &str, span: Span) -> Finding {
    RULE.finding(message, span).help(help)
}
