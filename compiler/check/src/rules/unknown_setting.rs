//! D0109 unknown-setting.

use design_vocabulary::{Finding, Span};

use crate::fix;
use crate::rule::rule;

rule! {
    /// The settings have a key that means nothing, or name a rule that does not exist.
    ///
    /// `docs/settings.md` lists every key of `.design.yaml`; `design explain` lists the rules. The rest of the file holds as it
    /// stands.
    ///
    /// ## What to do
    ///
    /// Correct the name, or delete the entry.
    "D0109", "unknown-setting", Error
}

/// `what` says what the name is of, such as `key`; `written` is the name, and `nearest` the one that was probably meant.
pub fn finding(what: &str, written: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("the settings have no {what} `{written}`"), span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(fix::replace(span, written, near)),
        None => finding.help("it is left out; docs/settings.md lists what there is"),
    }
}
