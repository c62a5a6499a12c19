//! D0308 unused-external.

use design_vocabulary::Finding;

use crate::Context;
use crate::rule::rule;

rule! {
    /// A declaration of something from outside that nothing in the design refers to.
    ///
    /// Either what referred to it is gone, or its name is wrong and the reference is told of as missing, or the design has the
    /// object itself.
    ///
    /// ## What to do
    ///
    /// Delete the declaration, or correct it. `design graph` shows what is missing and what is external.
    "D0308", "unused-external", Note
}

/// A note at each declaration without use. Without relationships nobody has looked, so nothing is told.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for number in &context.graph.unused_externals {
        let Some((external, span)) = context.design.externals.get(*number).zip(context.map.external(*number)) else {
            continue;
        };
        let message = format!("nothing refers to the external {} `{}`", external.kind, external.name);
        findings.push(RULE.finding(message, span).help("delete the declaration, or correct it"));
    }
}
