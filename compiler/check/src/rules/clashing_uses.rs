//! D0926 clashing-uses.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Two designs that are used, or a design and one that it uses, declare the same object.
    ///
    /// The components of a design that is used become components of the design that uses it. Two of one kind, group,
    /// namespace and name are one object to a cluster, and whichever is applied later wins. Both are rendered, the
    /// second under a name with a number, so that nothing is lost.
    ///
    /// ## What to do
    ///
    /// Give the design that is used a parameter for its names or its namespace, and another value in each entry of
    /// `uses`; or use it once.
    "D0926", "clashing-uses", Error
}

/// `id` is the object; `first` and `second` say whose it is, the places are those of the names.
pub fn finding(id: &str, first: (&str, Span), second: (&str, Span)) -> Finding {
    let (owner, span) = second;
    RULE.finding(format!("{id} comes from {} and from {owner}", first.0), span)
        .related(format!("it is declared here in {}", first.0), first.1)
        .help("let a parameter of the design that is used make its names or its namespace")
}
