//! D0317 not-closed.

use design_vocabulary::Finding;

use crate::Context;
use crate::rule::rule;

rule! {
    /// The input needs something that an empty cluster does not have.
    ///
    /// `design check --closed` proves that an empty cluster can be brought up from the input alone: every reference leads to
    /// an object of the input, to one that every cluster has, or to one that is declared as external, and the order has no
    /// circle. So namespaces, storage classes, ingress classes, priority classes and the definitions of custom resources
    /// count as well, which otherwise are expected to be there.
    ///
    /// ## What to do
    ///
    /// Add the object, or declare it: `externals:` in a design, a comment `# design: external StorageClass/fast` in a
    /// manifest.
    "D0317", "not-closed", Error
}

/// One finding a field.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for missing in context.graph.elsewhere.iter().filter(|missing| !missing.optional) {
        let Some(span) = context.span(missing.from, &missing.path) else { continue };
        let from = context.design.components.get(missing.from);
        let from = from.map_or_else(String::new, |from| format!("{} {}", from.kind, from.name().unwrap_or_default()));
        let kind = if missing.kind.is_empty() { "object" } else { missing.kind.as_str() };
        let message = format!("{from} needs {kind} `{}`, which an empty cluster does not have", missing.name);
        findings.push(RULE.finding(message, span).help("add it, or declare it as external"));
    }
}
