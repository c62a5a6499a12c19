//! D0318 two-owners.

use design_vocabulary::{Finding, Segment};

use crate::Context;
use crate::rule::rule;

rule! {
    /// The selector of a workload selects the pods of another workload.
    ///
    /// A workload counts the pods that carry its labels and makes or removes pods until the number is right. Where two
    /// workloads of one namespace select the same pods, each counts those of the other: they scale each other down, roll out
    /// into each other, and a service cannot tell them apart ("Selector" of the Kubernetes documentation on Deployments).
    ///
    /// ## What to do
    ///
    /// Give the pods a label that only one of the workloads has, and name it in its selector.
    "D0318", "two-owners", Warning
}

/// One finding a selector.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for contested in &context.graph.contested {
        let Some(span) = context.span(contested.from, &contested.path) else { continue };
        let other = context.named(contested.other);
        let message = format!("{} selects the pods of {other} as well", context.named(contested.from));
        let mut finding = RULE.finding(message, span).help("add a label that only its own pods carry");
        let path: [Segment; 3] = ["configuration".into(), "metadata".into(), "name".into()];
        if let Some(span) = context.span(contested.other, &path) {
            finding = finding.related(format!("{other} makes pods with these labels"), span);
        }
        findings.push(finding);
    }
}
