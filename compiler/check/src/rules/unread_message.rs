//! D0617 unread-message.

use design_schema::GapKind;
use design_vocabulary::Finding;

use super::broken_rule::short;
use crate::Context;
use crate::rule::rule;

rule! {
    /// The expression that should make the message of a rule cannot be read.
    ///
    /// A rule of a definition says what is wrong by `message`, or by `messageExpression`, an expression in CEL that gives a
    /// text. The API server refuses a definition whose expression is no CEL. Here the rule itself is judged all the same, and
    /// objects that break it are told of by its `message`.
    ///
    /// ## What to do
    ///
    /// Correct the expression, or write `message` alone.
    "D0617", "unread-message", Warning
}

/// One finding an expression.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for gap in context.gaps {
        let GapKind::UnreadMessage { origin, expression, reason } = &gap.what else { continue };
        let Some((component, span)) = context.version_of(gap.component) else { continue };
        let message = format!("the message of a rule of {} in {origin} cannot be read: {reason}", component.kind);
        findings.push(RULE.finding(message, span).help(format!("the expression is `{}`", short(expression))));
    }
}
