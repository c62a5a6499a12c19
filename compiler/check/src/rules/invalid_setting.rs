//! D0110 invalid-setting.

use design_vocabulary::{Finding, Span};

use crate::fix;
use crate::rule::rule;

rule! {
    /// A setting has a value that it cannot have: another type, a word that is none of those it knows, a release of Kubernetes
    /// that the models do not hold, or a file or folder that does not exist.
    ///
    /// The value counts as not written; the rest of the file holds.
    ///
    /// ## What to do
    ///
    /// Write what the message asks for; `docs/settings.md` says what each key takes.
    "D0110", "invalid-setting", Error
}

/// `fault` says what is wrong with the value of a key. Of a word that is none of those that are known, `nearest` holds the word
/// and the one that was probably meant.
pub fn finding(key: &str, fault: &str, nearest: Option<(&str, &str)>, span: Span) -> Finding {
    let finding = RULE.finding(format!("the setting `{key}` {fault}"), span);
    match nearest {
        Some((written, near)) => finding.help(format!("did you mean `{near}`?")).fix(fix::replace(span, written, near)),
        None => finding.help("the value counts as not written"),
    }
}
