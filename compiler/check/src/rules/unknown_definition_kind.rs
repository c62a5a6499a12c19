//! D0409 unknown-kind-in-definition.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A selector names a kind that its model does not define.
    ///
    /// Kinds are compared letter by letter, so a kind in another spelling is another kind. The kinds of Kubernetes itself are
    /// known, beside those of the models that are checked and the ones that `--model` names.
    ///
    /// ## What to do
    ///
    /// Correct the kind, or the model that the selector names.
    "D0409", "unknown-kind-in-definition", Warning
}

/// `near` is what may have been meant.
pub fn finding(kind: &str, model: &str, near: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("the model {model} has no kind `{kind}`"), span);
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}
