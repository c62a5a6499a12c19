//! D0615 unevaluated-rule.

use design_schema::{GapKind, What};
use design_vocabulary::{Finding, display_path};

use super::broken_rule::short;
use crate::Context;
use crate::rule::rule;

rule! {
    /// A rule of a definition cannot be read or evaluated, so whether the object keeps it is not known.
    ///
    /// The rule is no CEL, calls a function that there is not, uses a field that is absent without asking for it (`has`), or
    /// could take more steps than are allowed. The API server refuses the object where evaluation fails. Nothing is taken to be
    /// right because a rule about it could not be evaluated.
    ///
    /// What is not there: `authorizer`, which asks a cluster. Types are not checked before a rule runs.
    ///
    /// ## What to do
    ///
    /// Correct the rule, or the object that it trips over.
    "D0615", "unevaluated-rule", Warning
}

/// One finding a rule that cannot be read, and one a rule and value where it cannot be evaluated.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for gap in context.gaps {
        let GapKind::UnreadRule { origin, rule, reason } = &gap.what else { continue };
        let Some((component, span)) = context.version_of(gap.component) else { continue };
        let message = format!("a rule of {} in {origin} cannot be read: {reason}", component.kind);
        findings.push(RULE.finding(message, span).help(format!("the rule is `{}`", short(rule))));
    }
    for fault in context.faults {
        let What::Unevaluated { rule, reason } = &fault.what else { continue };
        let Some(located) = context.field(fault) else { continue };
        let path = match display_path(&fault.path) {
            path if path.is_empty() => "the object".to_owned(),
            path => format!("`{path}`"),
        };
        let message = format!("a rule about {path} cannot be evaluated: {reason}");
        findings.push(RULE.finding(message, located.best()).help(format!("the rule is `{}`", short(rule))));
    }
}
