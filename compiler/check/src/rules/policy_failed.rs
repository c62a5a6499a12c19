//! D0706 policy-failed.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A policy could not decide.
    ///
    /// A rule failed while it was evaluated, gave something that is neither a string nor an object with `msg`, or is not
    /// there at all. A policy that does not decide allows nothing, so this is an error.
    ///
    /// In version 1 of Rego, `deny[msg] if { … }` makes an object and not a set; write `deny contains msg if { … }`. A
    /// built-in function that fails (`to_number("web")`) is an error here, where other programs skip the rule and so let
    /// the object pass.
    ///
    /// ## What to do
    ///
    /// Correct the policy, or name the package that it is of with `--namespace`.
    "D0706", "policy-failed", Error
}

/// What went wrong in a policy, and the first object with which it did.
pub fn finding(message: &str, place: Span, object: Option<Span>) -> Finding {
    let finding = RULE.finding(format!("the policy does not decide: {message}"), place);
    match object {
        Some(object) => finding.related("while this object was judged", object),
        None => finding,
    }
}

/// A folder without any policy.
pub fn nothing(place: Span) -> Finding {
    RULE.finding("there is no policy here, so nothing was judged", place)
        .help("policies are files `*.rego`, and ConstraintTemplates with constraints in YAML")
}
