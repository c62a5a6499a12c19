//! D0305 dangling-relationship.

use design_vocabulary::Finding;

use crate::Context;

use crate::rule::rule;

rule! {
    /// A declared relationship names a component that the design does not have.
    ///
    /// The edge is not part of the graph. It is usually left over from a component that was deleted.
    ///
    /// ## What to do
    ///
    /// Delete the relationship, or correct the id.
    "D0305", "dangling-relationship", Warning
}

/// A finding at each end that leads nowhere.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for unresolved in &context.graph.unresolved {
        let Some(located) = context.map.relationship(unresolved.relationship, &["selectors".into()]) else {
            continue;
        };
        let message =
            format!("the relationship names the component `{}`, which the design does not have", unresolved.component);
        findings.push(RULE.finding(message, located.key_or_value()).help("delete the relationship, or correct the id"));
    }
}
