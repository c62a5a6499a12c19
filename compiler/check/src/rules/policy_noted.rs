//! D0703 policy-noted.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A Gatekeeper constraint that is only tried out finds fault with this.
    ///
    /// The message is that of the policy: of a constraint whose action is `dryrun`.
    ///
    /// ## What to do
    ///
    /// Nothing has to be done before the constraint is enforced.
    "D0703", "policy-noted", Note
}

/// What a policy says, the rule that says it, where it applies, and where the rule stands.
pub fn finding(message: &str, rule: &str, place: Span, origin: Span) -> Finding {
    let message = match message.split_whitespace().collect::<Vec<_>>().join(" ") {
        empty if empty.is_empty() => format!("`{rule}` finds fault with this"),
        message => message,
    };
    RULE.finding(message, place).related(format!("`{rule}` says so"), origin)
}
