//! D0701 policy-denied.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A policy does not allow this.
    ///
    /// The message is that of the policy: of a rule `deny` or `violation`, or of a Gatekeeper constraint whose action is
    /// `deny`. The place is the one that the result names (`path`, a list of keys and positions from the root of the object,
    /// or `_loc`), or else the object. docs/policies.md says how policies are written.
    ///
    /// ## What to do
    ///
    /// Do what the policy says, or write an exception to it where it knows such.
    "D0701", "policy-denied", Error
}

/// What a policy says, the rule that says it, where it applies, and where the rule stands.
pub fn finding(message: &str, rule: &str, place: Span, origin: Span) -> Finding {
    let message = match message.split_whitespace().collect::<Vec<_>>().join(" ") {
        empty if empty.is_empty() => format!("`{rule}` does not allow this"),
        message => message,
    };
    RULE.finding(message, place).related(format!("`{rule}` says so"), origin)
}
