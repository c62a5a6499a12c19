//! D0208 field-type.

use design_vocabulary::{Finding, Segment, Span, display_path};

use crate::rule::rule;

rule! {
    /// A field of a design file holds another type of value than it should.
    ///
    /// The field is read as if it were absent.
    ///
    /// ## What to do
    ///
    /// Write the type that the message asks for. A list has dashes, a mapping has keys, and a text that looks like a number
    /// has quotes.
    "D0208", "field-type", Error
}

/// `expected` and `found` name types.
pub fn finding(path: &[Segment], expected: &str, found: &str, span: Span) -> Finding {
    RULE.finding(format!("`{}` should be {expected}, found {found}", display_path(path)), span)
        .help("it is read as if it were absent")
}
