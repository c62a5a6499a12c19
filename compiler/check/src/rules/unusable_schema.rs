//! D0611 unusable-schema.

use design_schema::GapKind;
use design_vocabulary::Finding;

use crate::Context;
use crate::rule::rule;

rule! {
    /// The schema of a kind cannot be used, or not all of it.
    ///
    /// It is no JSON Schema, its text cannot be read, or a regular expression in it is none that Kubernetes reads: a
    /// look-ahead, for example. What could not be used judges nothing. The finding stands at the first object of the kind.
    ///
    /// ## What to do
    ///
    /// Correct the schema where the message says that it is.
    "D0611", "unusable-schema", Warning
}

/// One finding a schema and reason.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for gap in context.gaps {
        let GapKind::Unusable { origin, reason } = &gap.what else { continue };
        let Some((component, span)) = context.version_of(gap.component) else { continue };
        let message = format!("the schema of {} in {origin} cannot be used as it is: {reason}", component.kind);
        findings.push(RULE.finding(message, span));
    }
}
