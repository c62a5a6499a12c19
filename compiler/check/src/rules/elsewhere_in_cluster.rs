//! D0981 elsewhere-in-cluster.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// An object that should be adopted lives in another namespace than the one that the design goes to.
    ///
    /// Meshery puts an object that names no namespace into `default`, while `design` puts it into that of the context or of
    /// `--namespace`. With `--adopt` the objects of Meshery in `default` are looked at, too: an object of the same kind and
    /// name there is most likely the one to adopt. An object cannot move to another namespace, so applying would make a
    /// second one beside it; nothing is written.
    ///
    /// ## What to do
    ///
    /// Adopt it where it is, with `--namespace default`. If it should live in the other namespace, apply without
    /// `--adopt`, which makes a new one, and then delete the old one.
    "D0981", "elsewhere-in-cluster", Error
}

/// An object, where the design wants it, and where it is.
pub fn finding(id: &str, wanted: &str, found: &str, span: Span) -> Finding {
    RULE.finding(format!("{id} of Meshery lives in the namespace `{found}`, and the design goes to `{wanted}`"), span)
        .help(format!("adopt it there with --namespace {found}, or leave --adopt out to make a new one"))
}
