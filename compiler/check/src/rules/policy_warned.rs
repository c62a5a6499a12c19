//! D0702 policy-warned.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A policy warns of this.
    ///
    /// The message is that of the policy: of a rule `warn`, or of a Gatekeeper constraint whose action is `warn`.
    ///
    /// ## What to do
    ///
    /// Do what the policy says. `--fail-on warning` makes it binding.
    "D0702", "policy-warned", Warning
}

/// What a policy says, the rule that says it, where it applies, and where the rule stands.
pub fn finding(message: &str, rule: &str, place: Span, origin: Span) -> Finding {
    let message = match message.split_whitespace().collect::<Vec<_>>().join(" ") {
        empty if empty.is_empty() => format!("`{rule}` warns of this"),
        message => message,
    };
    RULE.finding(message, place).related(format!("`{rule}` says so"), origin)
}
