//! D0854 invalid-application.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An application lacks something, or says something that cannot be carried out.
    ///
    /// A component needs a name, and its type says which properties it needs; a trait about pods needs a workload that has
    /// them; a patch has to find what it changes. What is sound is still built.
    ///
    /// ## What to do
    ///
    /// Add what is missing, or correct the path, as the message says.
    "D0854", "invalid-application", Error
}

/// `message` says what is wrong, as a sentence.
pub fn finding(message: &str, span: Span) -> Finding {
    RULE.finding(message, span)
        .help("add what is missing, or correct it; docs/oam.md lists what each type and trait takes")
}
