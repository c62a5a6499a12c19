//! D0705 policy-not-compiled.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A policy is not Rego, or its data cannot be read together.
    ///
    /// No object is judged by the policies of the same `--policy` folders until this is mended: what is left of them might
    /// lack the very rule that denies.
    ///
    /// ## What to do
    ///
    /// Correct the policy. Both syntaxes of Rego are read, of version 1 (`deny contains msg if { … }`) and the older one
    /// (`deny[msg] { … }`), but not both in one file.
    "D0705", "policy-not-compiled", Error
}

/// What the compiler of policies says.
pub fn finding(message: &str, place: Span) -> Finding {
    RULE.finding(format!("the policy cannot be read: {message}"), place)
        .help("nothing is judged by it until it is mended")
}
