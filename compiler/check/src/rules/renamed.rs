//! D0827 renamed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A name that compose allows is none that Kubernetes allows, or two things would have the same.
    ///
    /// Names of objects are lower case letters, digits and `-`, at most 63. Everything that refers to the name within
    /// the project is changed along; texts that hold it as the name of a host are not.
    ///
    /// ## What to do
    ///
    /// Where other services call this one by its name, use the new one.
    "D0827", "renamed", Note
}

/// `what` says what has the name.
pub fn finding(what: &str, from: &str, to: &str, span: Span) -> Finding {
    RULE.finding(format!("the {what} `{from}` is called `{to}` in Kubernetes"), span)
        .help(format!("call it `{to}` where its name stands in a text, such as the name of a host"))
}
