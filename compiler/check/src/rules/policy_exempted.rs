//! D0704 policy-exempted.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A policy does not allow this, and an exception of the policy's package lets it pass.
    ///
    /// The rule `exception` of a package holds lists of names: `exception contains ["latest"] if …` excepts the object from
    /// `deny_latest`, `violation_latest` and `warn_latest`. What it lets pass is said, so that nobody takes it for sound.
    ///
    /// ## What to do
    ///
    /// Nothing, as long as the exception is meant.
    "D0704", "policy-exempted", Note
}

/// What a policy says, the rule that says it, where it applies, and where the rule stands.
pub fn finding(message: &str, rule: &str, place: Span, origin: Span) -> Finding {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    RULE.finding(format!("excepted from `{rule}`: {message}"), place).related(format!("`{rule}` says so"), origin)
}
