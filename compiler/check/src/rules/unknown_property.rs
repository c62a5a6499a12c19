//! D0852 unknown-property.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A component or trait of an application has a property that its definition does not know.
    ///
    /// KubeVela refuses most of them. Nothing is made of it here.
    ///
    /// ## What to do
    ///
    /// Correct the name, or take the property out. A field that the definition has no property for can be set with the trait
    /// `json-merge-patch`.
    "D0852", "unknown-property", Warning
}

/// `of` is what it is a property of; `nearest` is the property that was probably meant.
pub fn finding(property: &str, of: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("{of} has no property `{property}`; nothing is made of it"), span);
    match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("take it out, or set the field with the trait `json-merge-patch`"),
    }
}
