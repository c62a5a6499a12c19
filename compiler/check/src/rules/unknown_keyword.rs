//! D0914 unknown-keyword.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The declaration of a parameter has a keyword that JSON Schema does not have.
    ///
    /// JSON Schema passes over what it does not know, so a typo in `minimum` allows every number.
    ///
    /// ## What to do
    ///
    /// Correct the keyword. Notes of your own begin with `x-`.
    "D0914", "unknown-keyword", Warning
}

/// `nearest` is the keyword that was probably meant.
pub fn finding(keyword: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("JSON Schema has no keyword `{keyword}`, so it does nothing"), span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("notes of your own begin with `x-`"),
    }
}
