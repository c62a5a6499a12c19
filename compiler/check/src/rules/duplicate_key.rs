//! D0102 duplicate-key.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A mapping has the same key twice.
    ///
    /// YAML forbids it, and readers differ: most take the last value and say nothing, some take the first, strict ones refuse
    /// the file. Here the last value counts, as it does for kubectl.
    ///
    /// ## What to do
    ///
    /// Decide which of the two is meant and delete the other. Two keys can also be equal after reading: in a manifest `on` and
    /// `true` are both the key `"true"`.
    "D0102", "duplicate-key", Error
}

/// A finding at the later key, with the earlier one beside it.
pub fn finding(key: &str, first: Span, second: Span) -> Finding {
    RULE.finding(format!("the key `{key}` stands twice in this mapping"), second)
        .related("it stands here first", first)
        .help("delete one of them; as it is, the later value counts")
}
