//! D0822 invalid-compose-value.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A value of a compose file, of an environment file or of a label that steers the conversion is not what its key
    /// wants.
    ///
    /// The value is left out; everything else is converted. In the output the field is as if it were not there.
    ///
    /// ## What to do
    ///
    /// Write what the finding says, such as `1m30s` for a duration, `50M` for a size, `8080:80` for a port.
    "D0822", "invalid-compose-value", Error
}

/// `expected` says what the value should be.
pub fn finding(field: &str, expected: &str, span: Span) -> Finding {
    RULE.finding(format!("`{field}` should be {expected}"), span).help("it is left out")
}
