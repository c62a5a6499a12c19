//! D0207 unknown-field.

use design_source::Level;
use design_vocabulary::{Finding, Span};

use crate::fix;
use crate::rule::rule;

rule! {
    /// A design file has a field that the design format does not know.
    ///
    /// The field is kept when the file is formatted or converted, but it means nothing. It is often a typo. Fields inside
    /// `configuration` and `metadata` are not judged by this rule.
    ///
    /// ## What to do
    ///
    /// Correct the name, or move notes of your own to `metadata`, which is open.
    "D0207", "unknown-field", Warning
}

/// `nearest` is the field that was probably meant.
pub fn finding(field: &str, level: Level, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("a {} has no field `{field}`", level.as_str()), span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(fix::replace(span, field, near)),
        None => finding.help("it is kept and means nothing; `metadata` is the place for notes"),
    }
}
