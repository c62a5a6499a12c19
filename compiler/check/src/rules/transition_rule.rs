//! D0616 transition-rule.

use design_schema::GapKind;
use design_vocabulary::Finding;

use crate::Context;
use crate::rule::rule;

rule! {
    /// Rules of a definition compare an object with what it was before, and are not evaluated.
    ///
    /// Such a rule names `oldSelf`: that a field never changes, that a number only grows. The API server evaluates it when an
    /// object is changed; in files there is no earlier object. Rules with `optionalOldSelf: true` are evaluated as they are
    /// while an object is created.
    ///
    /// ## What to do
    ///
    /// Nothing; it is told so that nobody takes these rules for kept.
    "D0616", "transition-rule", Note
}

/// One finding a kind.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for gap in context.gaps {
        let GapKind::Transitions { origin, count } = &gap.what else { continue };
        let Some((component, span)) = context.version_of(gap.component) else { continue };
        let kind = &component.kind;
        let message = match count {
            1 => format!("a rule of {kind} in {origin} needs the object as it was before, and is not evaluated"),
            count => {
                format!("{count} rules of {kind} in {origin} need the object as it was before, and are not evaluated")
            }
        };
        findings.push(RULE.finding(message, span));
    }
}
