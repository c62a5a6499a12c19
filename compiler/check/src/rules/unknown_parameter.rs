//! D0901 unknown-parameter.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A reference names a parameter that the design does not declare, or a field that a parameter does not have.
    ///
    /// `$(parameters.NAME)` stands for the value of the parameter `NAME`, and `$(parameters.NAME.FIELD)` for a field
    /// inside it. What is not declared has no value, so the reference stays in the output as it is written, and the
    /// output is not sound.
    ///
    /// ## What to do
    ///
    /// Correct the name, or declare the parameter under `parameters:`. A text that has to say `$(parameters.…)`
    /// itself is written `$$(parameters.…)`.
    "D0901", "unknown-parameter", Error
}

/// `path` is what is referred to, `nearest` what was probably meant.
pub fn finding(path: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("there is no parameter `{path}`"), span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `$(parameters.{near})`?")),
        None => finding.help("declare it under `parameters:`, or write `$$(` where the text itself is meant"),
    }
}
