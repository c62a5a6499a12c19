//! D0410 unknown-field-in-definition.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A field of a definition that nobody reads.
    ///
    /// It is misspelt, or stands in the wrong place: `deny` inside of `allow` denies nothing. Both spellings of a name are
    /// read, `matchStrategyMatrix` and `match_strategy_matrix`.
    ///
    /// ## What to do
    ///
    /// Correct the name, or move the field to where it is read.
    "D0410", "unknown-field-in-definition", Warning
}

/// `inside` is what the field stands in, with its article.
pub fn finding(field: &str, inside: &str, help: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("{inside} has no field `{field}`, so it is not read"), span);
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}
