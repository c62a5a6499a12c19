//! D0904 unknown-value.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value is given for a parameter that the design does not declare.
    ///
    /// It would change nothing, which is never what was meant: the name has a typo, or the parameter is gone.
    ///
    /// ## What to do
    ///
    /// Correct the name, or take the value out.
    "D0904", "unknown-value", Error
}

/// `nearest` is the parameter that was probably meant.
pub fn finding(name: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("a value is given for `{name}`, which is no parameter"), span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("declare it under `parameters:`, or take the value out"),
    }
}
