//! D0909 not-in-environment.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// The file of an environment says something that environments do not say.
    ///
    /// It has `values`, a mapping from parameters to values; `extends`, the name of the environment whose values it
    /// changes; `context` and `namespace`, where it is applied; and `description`.
    ///
    /// ## What to do
    ///
    /// Correct the field. Values of parameters stand under `values`.
    "D0909", "not-in-environment", Error
}

/// `what` is a sentence, `nearest` the field that was probably meant.
pub fn finding(what: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(what, span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("it has `values`, `extends`, `context`, `namespace` and `description`"),
    }
}
