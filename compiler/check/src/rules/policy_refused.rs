//! D0708 policy-not-supported.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A policy is of a form that cannot be judged by here.
    ///
    /// Of Gatekeeper, templates in Rego and their constraints are read. Mutations, external data, expansions, templates that
    /// hold only CEL, and the controller's configuration are not: each is named, so that nobody takes silence for consent.
    ///
    /// ## What to do
    ///
    /// Leave the file out of the folder that `--policy` names, or set the severity of this rule in `.design.yaml`.
    "D0708", "policy-not-supported", Error
}

/// What is refused, and why.
pub fn finding(message: &str, place: Span) -> Finding {
    RULE.finding(message, place)
}
