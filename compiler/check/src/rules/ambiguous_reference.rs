//! D0815 ambiguous-reference.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A reference by name could mean several objects.
    ///
    /// Objects that had one name got different ones in different bases, and nothing says which of them is meant.
    /// The reference stays as it is written.
    ///
    /// ## What to do
    ///
    /// Give the objects different names in their bases, so that the reference says which one it means.
    "D0815", "ambiguous-reference", Error
}

/// The name, and the objects that it could mean.
pub fn finding(name: &str, objects: &[String], span: Span) -> Finding {
    RULE.finding(format!("`{name}` could mean {}", objects.join(" or ")), span)
        .help("give the objects different names in their bases")
}
