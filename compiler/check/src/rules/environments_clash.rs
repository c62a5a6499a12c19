//! D0980 environments-clash.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Two environments that are applied at once want the same object.
    ///
    /// Environments that name a context or a namespace are places of their own, and `-e a -e b` brings a design to each of
    /// them. An object that lives in no namespace, or whose manifest names one, is the same in both where both lead to the
    /// same server. Each environment would take it from the other, again and again, so nothing is written.
    ///
    /// ## What to do
    ///
    /// Give the object a name with a parameter in it that differs, leave its namespace out, or move what is shared to a
    /// design of its own.
    "D0980", "environments-clash", Error
}

/// An object, and the two environments that want it.
pub fn finding(id: &str, first: &str, second: &str, span: Span) -> Finding {
    RULE.finding(format!("{id} is the same object in the environments `{first}` and `{second}`"), span)
        .help("give it a name with a parameter in it, or leave its namespace out".to_owned())
}
