//! D1002 unknown-profile-field.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A performance profile has a field that the specification does not know.
    ///
    /// Names are compared without underscores and case, so that `endpoint_urls` and `endpointUrls` are the same. What is
    /// left is most often a typo, and then the field that was meant is missing.
    ///
    /// ## What to do
    ///
    /// Correct the name or remove the field. What only people should read belongs to `labels`.
    "D1002", "unknown-profile-field", Warning
}

/// A field, and what it is a field of.
pub fn finding(name: &str, of: &str, span: Span) -> Finding {
    RULE.finding(format!("{of} has no field `{name}`"), span)
        .help("correct the name, or put it into `labels`".to_owned())
}
